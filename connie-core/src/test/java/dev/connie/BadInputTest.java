package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.race.Rfc8305;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with the arguments is said at once, by the blocking and the asynchronous door alike. */
class BadInputTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final InetSocketAddress GOOD = new InetSocketAddress(loopback(1), 80);

    /** One of the two ways to connect. */
    private interface Door {
        void connect(@Nullable String host, int port, @Nullable Duration timeout) throws Exception;

        void connect(@Nullable List<@Nullable InetSocketAddress> addresses, @Nullable Duration timeout)
                throws Exception;
    }

    private static final Connector CONNECTOR = Connector.builder()
            .resolver(host -> {
                throw new AssertionError("looked up " + host);
            })
            .build();

    private static final class Blocking implements Door {
        @Override
        public void connect(@Nullable String host, int port, @Nullable Duration timeout) throws Exception {
            CONNECTOR.connect(host, port, timeout);
        }

        @Override
        public void connect(@Nullable List<@Nullable InetSocketAddress> addresses, @Nullable Duration timeout)
                throws Exception {
            CONNECTOR.connect(addresses, timeout);
        }

        @Override
        public String toString() {
            return "connect";
        }
    }

    private static final class Asynchronous implements Door {
        @Override
        public void connect(@Nullable String host, int port, @Nullable Duration timeout) {
            CONNECTOR.connectAsync(host, port, timeout);
        }

        @Override
        public void connect(@Nullable List<@Nullable InetSocketAddress> addresses, @Nullable Duration timeout) {
            CONNECTOR.connectAsync(addresses, timeout);
        }

        @Override
        public String toString() {
            return "connectAsync";
        }
    }

    static Stream<Door> doors() {
        return Stream.of(new Blocking(), new Asynchronous());
    }

    private long descriptorsBefore;

    @BeforeEach
    void countDescriptors() {
        SelectorPool.closeIdle();
        descriptorsBefore = Descriptors.open();
    }

    @AfterEach
    void nothingIsLeaked() {
        SelectorPool.closeIdle();
        assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
    }

    private static InetAddress loopback(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 9, 9, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noNull(Door door) {
        assertThatNullPointerException()
                .isThrownBy(() -> door.connect(null, 80, TIMEOUT))
                .withMessage("host");
        assertThatNullPointerException()
                .isThrownBy(() -> door.connect("a.test", 80, null))
                .withMessage("timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> door.connect(null, TIMEOUT))
                .withMessage("addresses");
        assertThatNullPointerException()
                .isThrownBy(() -> door.connect(List.of(GOOD), null))
                .withMessage("timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> door.connect(Arrays.asList(GOOD, null), TIMEOUT))
                .withMessage("an address is null");
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noEmptyHost(Door door) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> door.connect("", 80, TIMEOUT))
                .withMessage("empty host");
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noPortThatNobodyCanConnectTo(Door door) {
        for (int port : new int[] {0, -1, 65536, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.connect("a.test", port, TIMEOUT))
                    .withMessage("port " + port + " of a.test is not in 1 to 65535");
        }
        InetSocketAddress port0 = new InetSocketAddress(loopback(2), 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> door.connect(List.of(GOOD, port0), TIMEOUT))
                .withMessage("cannot connect to port 0: " + port0);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noEmptyList(Door door) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> door.connect(List.of(), TIMEOUT))
                .withMessage("no address to connect to");
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noUnresolvedAddress(Door door) {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("a.test", 80);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> door.connect(List.of(GOOD, unresolved), TIMEOUT))
                .withMessageContainingAll("unresolved", "a.test", "80");
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noWildcardAddress(Door door) {
        // The system would take it for this machine.
        InetSocketAddress wildcard = new InetSocketAddress(80);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> door.connect(List.of(GOOD, wildcard), TIMEOUT))
                .withMessageContainingAll("wildcard", wildcard.toString());
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noNegativeTimeout(Door door) {
        for (Duration negative : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.connect("a.test", 80, negative))
                    .withMessage("negative timeout: " + negative);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.connect(List.of(GOOD), negative))
                    .withMessage("negative timeout: " + negative);
        }
    }

    @Test
    void ofMoreThan64AddressesTheFirst64DistinctOnesAreTried() throws Exception {
        try (LoopbackNetwork network = LoopbackNetwork.open()) {
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (int i = 0; i < Race.MAX_ADDRESSES; i++) {
                InetSocketAddress refusing = network.at(network.refusing());
                addresses.add(refusing);
                addresses.add(refusing);
            }
            addresses.add(network.at(network.listening().getInetAddress()));
            RecordingListener listener = new RecordingListener();
            Connector connector = Connector.builder().listener(listener).build();
            assertThatCode(() -> connector.connect(addresses, TIMEOUT)).isInstanceOf(ConnectRaceException.class);
            RaceReport report = listener.finished.get(0);
            assertThat(report.attempts()).hasSize(64);
            assertThat(listener.started)
                    .containsExactlyElementsOf(
                            addresses.stream().distinct().limit(64).toList());
        }
    }

    @Test
    void noNullInTheBuilder() {
        Connector.Builder builder = Connector.builder();
        assertThatNullPointerException().isThrownBy(() -> builder.policy(null)).withMessage("policy");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.resolver(null))
                .withMessage("resolver");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.listener(null))
                .withMessage("listener");
        Rfc8305 rfc8305 = RacePolicy.rfc8305();
        assertThatNullPointerException()
                .isThrownBy(() -> rfc8305.withConnectionAttemptDelay(null))
                .withMessage("delay");
        assertThatNullPointerException()
                .isThrownBy(() -> rfc8305.withMinimumConnectionAttemptDelay(null))
                .withMessage("minimum");
    }

    @Test
    void noLimitThatMakesNoSense() {
        for (int max : new int[] {0, -1, 65, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Connector.builder().maxAttemptsInFlight(max))
                    .withMessage("maxAttemptsInFlight of " + max + " is not in 1 to 64");
        }
        assertThatCode(() -> Connector.builder().maxAttemptsInFlight(1).maxAttemptsInFlight(64))
                .doesNotThrowAnyException();
    }

    @Test
    void noNullForAdapters() {
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.lineup(null, List.of(loopback(1))))
                .withMessage("host");
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.lineup("a.test", null))
                .withMessage("addresses");
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.lineup("a.test", Arrays.asList(loopback(1), null)))
                .withMessage("an address is null");
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.lineupOf("a.test", null))
                .withMessage("timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.newRace(null, TIMEOUT))
                .withMessage("addresses");
        assertThatNullPointerException()
                .isThrownBy(() -> CONNECTOR.newRace(List.of(GOOD), null))
                .withMessage("timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> HostResolver.SYSTEM.caching(null))
                .withMessage("ttl");
        assertThatNullPointerException()
                .isThrownBy(() -> HostResolver.SYSTEM.filtering(null))
                .withMessage("allowed");
    }
}
