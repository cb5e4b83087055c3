package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.internal.drive.PolicyFeedback;
import dev.connie.internal.names.OwnAddresses;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When this machine is in another network, and who is told of it. */
class OwnAddressesTest {
    private static final long INTERVAL = OwnAddresses.INTERVAL_NANOS;

    /** As late as it wraps. */
    private static final long START = Long.MAX_VALUE - INTERVAL / 2;

    private static final class Machine implements OwnAddresses.Source {
        private Collection<InetAddress> addresses = List.of();
        private int looks;
        private boolean broken;

        @Override
        public Collection<InetAddress> list() throws IOException {
            looks++;
            if (broken) {
                throw new SocketException("Too many open files");
            }
            return addresses;
        }

        void has(String... literals) throws IOException {
            addresses = Stream.of(literals).map(OwnAddressesTest::literal).toList();
        }
    }

    private static InetAddress literal(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException notALiteral) {
            throw new AssertionError(notALiteral);
        }
    }

    private static final class Told implements PolicyFeedback {
        private int changes;

        @Override
        public void disappointed(InetSocketAddress address, long nowNanos) {}

        @Override
        public void networkChanged() {
            changes++;
        }
    }

    private final Machine machine = new Machine();
    private final OwnAddresses own = new OwnAddresses(machine, INTERVAL, START);
    private final Told told = new Told();
    private long now = START;

    /** Returns how many changes are told when the addresses change from the first to the second. */
    private int changes(String[] before, String... after) throws IOException {
        machine.has(before);
        own.tell(told, now);
        machine.has(after);
        lookLater();
        return told.changes;
    }

    private void lookLater() {
        now += INTERVAL;
        own.look(now);
    }

    private static String[] from(String... literals) {
        return literals;
    }

    @Nested
    class IsAChange {
        @Test
        void anotherIpv4Address() throws Exception {
            assertThat(changes(from("192.0.2.1"), "192.0.2.2")).isEqualTo(1);
        }

        @Test
        void anotherIpv6Network() throws Exception {
            assertThat(changes(from("2001:db8:0:1::1"), "2001:db8:0:2::1")).isEqualTo(1);
        }

        @Test
        void aNetworkThatComesOrGoes() throws Exception {
            assertThat(changes(from("192.0.2.1"), "192.0.2.1", "198.51.100.1")).isEqualTo(1);
            machine.has("192.0.2.1");
            lookLater();
            assertThat(told.changes).isEqualTo(2);
        }

        @Test
        void anotherNetworkAfterNone() throws Exception {
            assertThat(changes(from("192.0.2.1"))).isZero();
            machine.has("198.51.100.1");
            lookLater();
            assertThat(told.changes).isEqualTo(1);
        }

        @Test
        void onlyOnce() throws Exception {
            assertThat(changes(from("192.0.2.1"), "192.0.2.2")).isEqualTo(1);
            lookLater();
            assertThat(told.changes).isEqualTo(1);
        }
    }

    @Nested
    class IsNoChange {
        @Test
        void theSameInAnotherOrder() throws Exception {
            assertThat(changes(from("192.0.2.1", "198.51.100.1"), "198.51.100.1", "192.0.2.1"))
                    .isZero();
        }

        @Test
        void anotherTemporaryIpv6Address() throws Exception {
            assertThat(changes(
                            from("2001:db8::1", "2001:db8::dead:beef"),
                            "2001:db8::1",
                            "2001:db8::dead:beef",
                            "2001:db8::cafe:babe"))
                    .isZero();
        }

        @Test
        void aLinkLocalAddress() throws Exception {
            assertThat(changes(from("192.0.2.1"), "192.0.2.1", "fe80::1", "169.254.1.1"))
                    .isZero();
        }

        @Test
        void theSameNetworkAfterNone() throws Exception {
            assertThat(changes(from("192.0.2.1"))).isZero();
            machine.has("192.0.2.1");
            lookLater();
            assertThat(told.changes).isZero();
        }

        @Test
        void aListThatCannotBeHad() throws Exception {
            machine.broken = true;
            assertThat(changes(from("192.0.2.1"), "192.0.2.1")).isZero();
            machine.broken = false;
            lookLater();
            machine.broken = true;
            lookLater();
            machine.broken = false;
            lookLater();
            assertThat(told.changes).isZero();
        }

        @Test
        void whatHappenedBeforeSomebodyAsked() throws Exception {
            Told earlier = new Told();
            machine.has("192.0.2.1");
            own.tell(earlier, now);
            machine.has("192.0.2.2");
            now += INTERVAL;
            own.tell(told, now);
            assertThat(earlier.changes).isEqualTo(1);
            assertThat(told.changes).isZero();
        }
    }

    @Nested
    class ALook {
        @Test
        void isTakenOnceInAnInterval() throws Exception {
            machine.has("192.0.2.1");
            own.look(START);
            own.look(START + 1);
            own.look(START + INTERVAL - 1);
            assertThat(machine.looks).isEqualTo(1);
            own.look(START + INTERVAL);
            assertThat(machine.looks).isEqualTo(2);
        }

        @Test
        void isNotWaitedForByOthers() throws Exception {
            CountDownLatch looking = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            OwnAddresses slow = new OwnAddresses(
                    () -> {
                        looking.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return List.of();
                    },
                    INTERVAL,
                    START);
            FutureTask<Void> first = new FutureTask<>(() -> slow.look(START), null);
            new Thread(first).start();
            assertThat(looking.await(30, TimeUnit.SECONDS)).isTrue();
            slow.look(START);
            slow.look(START + INTERVAL);
            assertThat(first.isDone()).isFalse();
            goOn.countDown();
            first.get(30, TimeUnit.SECONDS);
        }

        @Test
        void isTakenByARaceOfAPolicyThatLearns() throws Exception {
            try (LoopbackNetwork network = LoopbackNetwork.open()) {
                InetSocketAddress live = network.at(network.listening().getInetAddress());
                machine.has("192.0.2.1");
                Connector connector = Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .races(it -> it.ownAddresses(new OwnAddresses(machine, 0, System.nanoTime())))
                        .races(it -> it.feedback(told))
                        .build();
                machine.has("192.0.2.2");
                connector.connect(List.of(live), Duration.ofSeconds(20)).close();
                assertThat(told.changes).isEqualTo(1);
            }
        }

        @Test
        void isNotTakenWhereNothingIsLearned() throws Exception {
            try (LoopbackNetwork network = LoopbackNetwork.open()) {
                InetSocketAddress live = network.at(network.listening().getInetAddress());
                Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .races(it -> it.ownAddresses(new OwnAddresses(machine, 0, System.nanoTime())))
                        .build()
                        .connect(List.of(live), Duration.ofSeconds(20))
                        .close();
                assertThat(machine.looks).isZero();
            }
        }

        @Test
        void findsThisMachine() {
            Told nothing = new Told();
            OwnAddresses.PROCESS.tell(nothing, System.nanoTime());
            OwnAddresses.PROCESS.look(System.nanoTime() + 2 * INTERVAL);
            assertThat(nothing.changes).isZero();
        }
    }
}
