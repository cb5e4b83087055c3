package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.names.CachingResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final InetAddress PUBLIC = address(192, 0, 2, 1);
    private static final InetAddress PRIVATE = address(10, 0, 0, 1);

    /** What was looked up, in order. */
    private final List<String> lookedUp = new CopyOnWriteArrayList<>();

    private final HostResolver counted = host -> {
        lookedUp.add(host);
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return host.startsWith("empty") ? List.of() : List.of(PUBLIC);
    };

    // Not 0, and about to wrap, as nanoTime may be.
    private long nowNanos = Long.MAX_VALUE - 5;

    private HostResolver cachingFor(Duration ttl) {
        return new CachingResolver(counted, ttl, () -> nowNanos);
    }

    private static InetAddress address(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Nested
    class System {
        @Test
        void takesLiteralsAsTheyAre() throws Exception {
            assertThat(HostResolver.SYSTEM.resolve("127.3.2.1")).containsExactly(address(127, 3, 2, 1));
            assertThat(HostResolver.SYSTEM.resolve("[::1]")).containsExactly(InetAddress.getByName("::1"));
        }

        @Test
        void knowsLocalhost() throws Exception {
            assertThat(HostResolver.SYSTEM.resolve("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
            assertThat(HostResolver.SYSTEM).hasToString("HostResolver.SYSTEM");
        }
    }

    @Nested
    class Caching {
        @Test
        void asksAgainWhenTheTimeIsUpAndNotBefore() throws Exception {
            HostResolver resolver = cachingFor(Duration.ofNanos(60));
            resolver.resolve("a.test");
            nowNanos += 59;
            assertThat(resolver.resolve("a.test")).containsExactly(PUBLIC);
            assertThat(lookedUp).containsExactly("a.test");
            nowNanos += 1;
            resolver.resolve("a.test");
            assertThat(lookedUp).containsExactly("a.test", "a.test");
            nowNanos += 59;
            resolver.resolve("a.test");
            assertThat(lookedUp).hasSize(2);
        }

        @Test
        void bearsATimeToLiveOfAges() throws Exception {
            HostResolver resolver = cachingFor(Duration.ofSeconds(Long.MAX_VALUE));
            resolver.resolve("a.test");
            nowNanos += TimeUnit.DAYS.toNanos(364);
            resolver.resolve("a.test");
            assertThat(lookedUp).hasSize(1);
        }

        @Test
        void refusesATimeToLiveThatIsNone() {
            for (Duration ttl : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> counted.caching(ttl))
                        .withMessage("ttl is not positive: " + ttl);
            }
        }

        @Test
        void takesUpperAndLowerCaseForOneHost() throws Exception {
            HostResolver resolver = counted.caching(Duration.ofMinutes(1));
            resolver.resolve("A.Test");
            resolver.resolve("a.tEST");
            assertThat(lookedUp).containsExactly("A.Test");
        }

        @Test
        void remembersNoFailure() throws Exception {
            HostResolver resolver = counted.caching(Duration.ofMinutes(1));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> resolver.resolve("unknown.test"))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessage("unknown.test");
                assertThat(resolver.resolve("empty.test")).isEmpty();
            }
            assertThat(lookedUp).containsExactly("unknown.test", "empty.test", "unknown.test", "empty.test");
        }

        @Test
        void keeps1024HostsAndForgetsTheOneNotUsedForLongest() throws Exception {
            HostResolver resolver = counted.caching(Duration.ofMinutes(1));
            for (int i = 0; i < 1024; i++) {
                resolver.resolve(i + ".test");
            }
            resolver.resolve("0.test");
            resolver.resolve("one-more.test");
            lookedUp.clear();
            resolver.resolve("0.test");
            resolver.resolve("2.test");
            assertThat(lookedUp).isEmpty();
            resolver.resolve("1.test");
            assertThat(lookedUp).containsExactly("1.test");
        }

        @Test
        void givesAListThatNobodyCanChange() throws Exception {
            List<InetAddress> mine = new ArrayList<>(List.of(PUBLIC));
            HostResolver resolver = ((HostResolver) host -> mine).caching(Duration.ofMinutes(1));
            resolver.resolve("a.test");
            mine.clear();
            assertThat(resolver.resolve("a.test")).containsExactly(PUBLIC).isUnmodifiable();
        }

        @Test
        void saysWhatItIs() {
            assertThat(HostResolver.SYSTEM.caching(Duration.ofSeconds(60)))
                    .hasToString("HostResolver.SYSTEM.caching(PT1M)");
        }
    }

    /** A look-up of one thread, which others wait for. */
    @Nested
    class ASharedLookUp {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);
        private final HostResolver slow = host -> {
            begun.countDown();
            try {
                assertThat(answer.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (host.equals("broken.test")) {
                lookedUp.add(host);
                throw new IllegalStateException("broken");
            }
            return counted.resolve(host);
        };
        private final HostResolver resolver = slow.caching(Duration.ofMinutes(1));

        /** A thread that asks for the host. */
        private final class Asking {
            final FutureTask<List<InetAddress>> task;
            final AtomicBoolean interrupted = new AtomicBoolean();
            final Thread thread;

            Asking(String host) {
                task = new FutureTask<>(() -> {
                    try {
                        return resolver.resolve(host);
                    } finally {
                        interrupted.set(Thread.currentThread().isInterrupted());
                    }
                });
                thread = new Thread(task);
                thread.start();
            }

            Asking untilItWaits() {
                while (thread.getState() != Thread.State.WAITING) {
                    assertThat(thread.isAlive()).isTrue();
                    Thread.onSpinWait();
                }
                return this;
            }

            List<InetAddress> get() throws Exception {
                return task.get(30, TimeUnit.SECONDS);
            }
        }

        private List<Asking> askTogether(String host, int count) throws InterruptedException {
            List<Asking> all = new ArrayList<>(List.of(new Asking(host)));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 1; i < count; i++) {
                all.add(new Asking(host).untilItWaits());
            }
            return all;
        }

        @Test
        void isMadeOnce() throws Exception {
            List<Asking> all = askTogether("a.test", 8);
            answer.countDown();
            for (Asking one : all) {
                assertThat(one.get()).containsExactly(PUBLIC);
            }
            assertThat(lookedUp).containsExactly("a.test");
        }

        @Test
        void failsForAllEachWithItsOwnException() throws Exception {
            List<Asking> all = askTogether("unknown.test", 3);
            answer.countDown();
            List<Throwable> failures = new ArrayList<>();
            for (Asking one : all) {
                assertThatThrownBy(one::get)
                        .cause()
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessage("unknown.test")
                        .satisfies(failures::add);
            }
            assertThat(failures).doesNotHaveDuplicates();
            assertThat(lookedUp).containsExactly("unknown.test");
        }

        @Test
        void thatThrowsUncheckedLeavesNobodyWaiting() throws Exception {
            List<Asking> all = askTogether("broken.test", 2);
            answer.countDown();
            assertThatThrownBy(all.get(0)::get).cause().isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(all.get(1)::get)
                    .cause()
                    .isInstanceOf(CompletionException.class)
                    .hasMessage("look-up of broken.test failed")
                    .hasCauseInstanceOf(IllegalStateException.class);
        }

        @Test
        void keepsAnInterruptForLater() throws Exception {
            List<Asking> all = askTogether("a.test", 2);
            Asking interrupted = all.get(1);
            interrupted.thread.interrupt();
            answer.countDown();
            assertThat(interrupted.get()).containsExactly(PUBLIC);
            assertThat(interrupted.interrupted).isTrue();
            all.get(0).get();
            assertThat(all.get(0).interrupted).isFalse();
        }
    }

    @Nested
    class Filtering {
        private final HostResolver both = host -> {
            lookedUp.add(host);
            return List.of(PRIVATE, PUBLIC);
        };

        @Test
        void leavesOutWhatIsNotAllowed() throws Exception {
            HostResolver resolver = both.filtering(address -> !address.isSiteLocalAddress());
            assertThat(resolver.resolve("a.test")).containsExactly(PUBLIC);
            assertThat(both.filtering(address -> true).resolve("a.test")).containsExactly(PRIVATE, PUBLIC);
        }

        @Test
        void saysSoWhenNothingIsLeft() {
            assertThatThrownBy(() -> both.filtering(address -> false).resolve("a.test"))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("a.test: none of its 2 addresses is allowed by the filter");
        }

        @Test
        void addsNothingToAHostWithoutAddresses() throws Exception {
            assertThat(counted.filtering(address -> false).resolve("empty.test"))
                    .isEmpty();
        }

        @Test
        void goesOverACache() throws Exception {
            List<InetAddress> blocked = new CopyOnWriteArrayList<>();
            HostResolver resolver =
                    both.caching(Duration.ofMinutes(1)).filtering(address -> !blocked.contains(address));
            assertThat(resolver.resolve("a.test")).containsExactly(PRIVATE, PUBLIC);
            blocked.add(PRIVATE);
            assertThat(resolver.resolve("a.test")).containsExactly(PUBLIC);
            assertThat(lookedUp).containsExactly("a.test");
        }

        @Test
        void holdsForARace() {
            Connector connector = Connector.builder()
                    .resolver(HostResolver.SYSTEM.filtering(address -> !address.isLoopbackAddress()))
                    .build();
            assertThatThrownBy(() -> connector.connect("127.0.0.1", 80, Duration.ofSeconds(5)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("none of its 1 addresses is allowed");
        }
    }
}
