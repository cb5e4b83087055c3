package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.LoopbackNetwork;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectorWithResolverTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ServerSocket server = network.listening();
    private final List<RaceReport> races = new CopyOnWriteArrayList<>();
    private final Connector original = Connector.builder()
            .policy(RacePolicy.rfc8305())
            .resolver(host -> {
                throw new UnknownHostException("the original resolver was asked for " + host);
            })
            .listener(new RaceListener() {
                @Override
                public void raceFinished(RaceReport report) {
                    races.add(report);
                }
            })
            .maxAttemptsInFlight(1)
            .build();
    private final Connector derived =
            original.withResolver(LoopbackNetwork.resolving("host.test", network.silent(), server.getInetAddress()));

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void asksTheOtherResolverAlsoWhenItsSocketsGoByTheHostName() throws Exception {
        Connector both = original.withResolver(LoopbackNetwork.resolving("host.test", server.getInetAddress()));
        try (SocketChannel channel = both.connect("host.test", network.port(), Duration.ofSeconds(5));
                Socket socket = both.socketFactory().createSocket("host.test", network.port())) {
            assertThat(channel.getRemoteAddress()).isEqualTo(socket.getRemoteSocketAddress());
        }
    }

    @Test
    void leavesTheOriginalAsItWas() {
        assertThatThrownBy(() -> original.connect("host.test", network.port(), Duration.ofSeconds(5)))
                .hasMessageContaining("the original resolver was asked");
    }

    @Test
    void sharesPolicyListenerAndLimits() {
        assertThat(derived.toString()).startsWith("Connector[" + RacePolicy.rfc8305());
        // With one attempt in flight the silent address is all that is tried.
        assertThatThrownBy(() -> derived.connect("host.test", network.port(), Duration.ofMillis(700)))
                .isInstanceOf(ConnectRaceTimeoutException.class);
        assertThat(races).singleElement().satisfies(race -> {
            assertThat(race.attempts()).hasSize(1);
            assertThat(race.notStarted()).containsExactly(network.at(server.getInetAddress()));
        });
    }
}
