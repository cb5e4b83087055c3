package dev.connie.internal.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.RaceListener;
import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Attempt;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunnersUpTest {
    private static final byte[] HELLO = {0x16, 3, 1, 0, 4, 1, 0, 0, 0};

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<InetSocketAddress> started = new ArrayList<>();

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void a_connection_that_breaks_has_the_next_server_connected_to() throws Exception {
        assertThat(startedAfterTheChannelIsClosed(false)).hasSize(1);
    }

    @Test
    void one_that_the_socket_closes_itself_does_not() throws Exception {
        assertThat(startedAfterTheChannelIsClosed(true)).isEmpty();
    }

    /** The channel is closed while a thread works with it, which so finds it broken when it sends the hello. */
    private List<InetSocketAddress> startedAfterTheChannelIsClosed(boolean bySocket) throws Exception {
        List<InetSocketAddress> servers = network.at(
                network.listening().getInetAddress(), network.listening().getInetAddress());
        long now = System.nanoTime();
        Race race = new Race(RacePolicy.rfc8305(), servers, Duration.ZERO, 2, now);
        Attempt winner = Objects.requireNonNull(race.startNext(now));
        SocketChannel channel = SocketChannel.open(winner.address());
        channel.configureBlocking(false);
        race.connected(winner, now);
        AttemptPermits permits = new AttemptPermits(2);
        RunnersUp runnersUp = new RunnersUp(
                Objects.requireNonNull(race.opening()),
                new AttemptChannel(winner, channel, false),
                permits,
                new GuardedListener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        started.add(address);
                    }
                }));
        channel.close();
        runnersUp.write(HELLO, 0, HELLO.length, () -> bySocket);
        // The next start keeps a distance of 10 ms.
        long since = System.nanoTime();
        while (started.isEmpty()
                && System.nanoTime() - since < Duration.ofMillis(200).toNanos()) {
            runnersUp.drive(() -> bySocket);
            runnersUp.takeNotices().forEach(Runnable::run);
        }
        runnersUp.opening().abandon(System.nanoTime());
        runnersUp.end(null);
        assertThat(permits.available()).isEqualTo(2);
        return started;
    }
}
