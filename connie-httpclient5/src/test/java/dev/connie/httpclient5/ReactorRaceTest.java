package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

/** A race over a reactor that does what the test tells it to. */
class ReactorRaceTest {
    private static final InetSocketAddress A = address(1);
    private static final InetSocketAddress B = address(2);
    private static final InetSocketAddress C = address(3);

    private final FakeReactor reactor = new FakeReactor();
    private final Caller caller = new Caller();
    private final AsyncRaces told = new AsyncRaces();

    @Test
    void completesWithTheSessionThatConnectsFirst() {
        ReactorRace race = start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        Session second = reactor.connected(B);

        assertThat(caller.sessions).containsExactly(second.proxy);
        assertThat(race.report().winner().orElseThrow().address()).isSameAs(B);
        assertThat(second.closed).isFalse();
    }

    @Test
    void closesASessionThatConnectsLate() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);
        reactor.connected(A);

        Session late = reactor.connected(B);

        assertThat(late.closed).isTrue();
        assertThat(caller.sessions).hasSize(1).doesNotContain(late.proxy);
    }

    /** With a reactor of which only the public interface is known: cancelled sooner, connects were lost in it. */
    @Test
    void cancelsALosingRequestAfterAWhileOnly() throws Exception {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        reactor.connected(A);

        assertThat(reactor.request(B).isCancelled()).isFalse();
        Await.until(() -> reactor.request(B).isCancelled());
        assertThat(told.next().winner()).isPresent();
    }

    @Test
    void startsTheNextAttemptAfterTheConnectionAttemptDelay() throws Exception {
        Duration delay = Duration.ofMillis(120);
        start(RacePolicy.rfc8305().withConnectionAttemptDelay(delay), Duration.ZERO, A, B, C);
        assertThat(reactor.asked()).containsExactly(A);

        Await.until(() -> reactor.asked().size() == 3);
        reactor.connected(C);

        // From when the one before was due, however late it was: so by the schedule, not by the gaps.
        List<AttemptReport> attempts = told.next().attempts();
        assertThat(attempts.get(1).start()).isGreaterThanOrEqualTo(delay);
        assertThat(attempts.get(2).start()).isGreaterThanOrEqualTo(delay.multipliedBy(2));
    }

    @Test
    void startsTheNextAttemptWhenOneFails() throws Exception {
        start(RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofSeconds(2)), Duration.ZERO, A, B);

        reactor.failed(A, new ConnectException("Connection refused"));
        Await.until(() -> reactor.asked().contains(B));
        reactor.connected(B);

        // The delay did not have to pass, only the 10 ms that must lie between any two starts.
        assertThat(told.next().attempts().get(1).start()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void startsNoMoreAttemptsThanMayBeInFlight() {
        Connector connector = Connector.builder().maxAttemptsInFlight(2).build();
        start(connector, Duration.ZERO, A, B, C);
        assertThat(reactor.asked()).containsExactly(A, B);

        reactor.failed(A, new ConnectException("Connection refused"));

        assertThat(reactor.asked()).containsExactly(A, B, C);
    }

    @Test
    void failsAtTheDeadlineWhetherOrNotTheReactorKeepsIt() throws Exception {
        start(RacePolicy.allAtOnce(), Duration.ofMillis(100), A, B);

        assertThat(caller.failure.get(30, TimeUnit.SECONDS))
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("100 MILLISECONDS");
        RaceReport report = told.next();
        assertThat(report.duration()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        assertThat(report.attempts()).allMatch(attempt -> attempt.outcome() == Outcome.TIMED_OUT);
        Await.until(() -> reactor.request(A).isCancelled() && reactor.request(B).isCancelled());
    }

    @Test
    void failsWhenAllHaveFailed() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        reactor.failed(A, new ConnectException("Connection refused"));
        reactor.failed(B, new SocketException("Network is unreachable"));

        assertThat(caller.failure.join())
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("127.0.0.1:80: Connection refused, 127.0.0.2:80: Network is unreachable");
    }

    @Test
    void failsWithTheAttemptsOwnExceptionIfThereIsButOne() {
        UnknownHostException error = new UnknownHostException("a");
        start(RacePolicy.allAtOnce(), Duration.ZERO, A);

        reactor.failed(A, error);

        assertThat(caller.failure.join()).isSameAs(error);
    }

    @Test
    void failsWithATimeoutIfTheSystemsOwnCameFirst() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        reactor.failed(A, new ConnectException("Connection refused"));
        reactor.failed(B, new ConnectException("Connection timed out"));

        assertThat(caller.failure.join()).isExactlyInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void takesAnUncheckedExceptionForAFailedAttempt() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);
        IllegalArgumentException unchecked = new IllegalArgumentException("no such family");

        reactor.failed(A, unchecked);
        Session winner = reactor.connected(B);

        assertThat(caller.sessions).containsExactly(winner.proxy);
        assertThat(told.ended().get(0).error())
                .isInstanceOf(SocketException.class)
                .hasCause(unchecked);
    }

    @Test
    void takesAConnectionToItselfForARefusal() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A);

        Session mirror = reactor.connected(A, A);

        assertThat(mirror.closed).isTrue();
        assertThat(caller.failure.join()).isInstanceOf(ConnectException.class).hasMessage("Connection refused");
    }

    @Test
    void endsWhenCancelled() {
        ReactorRace race = start(RacePolicy.rfc8305(), Duration.ZERO, A, B);

        assertThat(race.cancel()).isTrue();
        Session late = reactor.connected(A);

        assertThat(caller.cancelled).isTrue();
        assertThat(late.closed).isTrue();
        assertThat(caller.sessions).isEmpty();
        assertThat(reactor.asked()).containsExactly(A);
    }

    /** ComplexFuture cancels what it depends on when it is itself done already; that must not close a winner. */
    @Test
    void isNotCancelledOnceItIsOver() throws Exception {
        ReactorRace race = start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);
        Session winner = reactor.connected(A);

        assertThat(race.cancel()).isFalse();

        assertThat(caller.cancelled).isFalse();
        assertThat(winner.closed).isFalse();
        assertThat(race.isCancelled()).isFalse();
        assertThat(told.next().winner()).isPresent();
        assertThat(told.finishedSinceLast()).isZero();
    }

    @Test
    void isCancelledWhenTheReactorCancelsAnAttempt() {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        reactor.request(A).cancel();

        assertThat(caller.cancelled).isTrue();
    }

    @Test
    void failsWhenTheReactorTakesNoRequest() {
        reactor.shutDown = new IOReactorShutdownException("I/O reactor has been shut down");

        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B);

        assertThat(caller.failure.join()).isSameAs(reactor.shutDown);
    }

    @Test
    void tellsItsCallbackOnTheThreadOfTheReactorAndWithoutALock() {
        ReactorRace race = start(RacePolicy.allAtOnce(), Duration.ZERO, A);
        AtomicBoolean otherThreadGotThrough = new AtomicBoolean();
        caller.whenCompleted = () -> {
            otherThreadGotThrough.set(CompletableFuture.supplyAsync(race::report)
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join()
                    != null);
            assertThat(caller.thread).isSameAs(Thread.currentThread());
        };

        reactor.connected(A);

        assertThat(caller.thread).isSameAs(Thread.currentThread());
        assertThat(otherThreadGotThrough).isTrue();
    }

    @Test
    void tellsTheListenerOfEveryAttemptAndOfTheEnd() throws Exception {
        start(RacePolicy.allAtOnce(), Duration.ZERO, A, B, C);

        reactor.failed(A, new ConnectException("Connection refused"));
        reactor.connected(B);

        assertThat(told.started()).containsExactly(A.getAddress(), B.getAddress(), C.getAddress());
        assertThat(told.ended())
                .extracting(attempt -> attempt.outcome())
                .containsExactly(Outcome.FAILED, Outcome.WON, Outcome.LOST);
        assertThat(told.next().attempts())
                .extracting(attempt -> attempt.outcome())
                .containsExactly(Outcome.FAILED, Outcome.WON, Outcome.LOST);
    }

    private ReactorRace start(RacePolicy policy, Duration timeout, InetSocketAddress... addresses) {
        return start(Connector.builder().policy(policy).listener(told).build(), timeout, addresses);
    }

    private ReactorRace start(Connector connector, Duration timeout, InetSocketAddress... addresses) {
        ReactorRace race = new ReactorRace(
                connector,
                List.of(addresses),
                LateTargets.NONE,
                timeout.isZero() ? null : Timeout.ofMilliseconds(timeout.toMillis()),
                reactor::connect,
                ConnectCloser.cancellingLate(),
                caller);
        race.start();
        return race;
    }

    private static InetSocketAddress address(int host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), 80);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Who waits for the race. */
    private static final class Caller implements FutureCallback<IOSession> {
        final List<IOSession> sessions = new ArrayList<>();
        final CompletableFuture<Exception> failure = new CompletableFuture<>();
        volatile boolean cancelled;
        volatile Thread thread;
        Runnable whenCompleted = () -> {};

        @Override
        public void completed(IOSession session) {
            thread = Thread.currentThread();
            sessions.add(session);
            whenCompleted.run();
        }

        @Override
        public void failed(Exception cause) {
            failure.complete(cause);
        }

        @Override
        public void cancelled() {
            cancelled = true;
        }
    }

    /** A session that knows its addresses and whether it was closed. */
    private static final class Session {
        final IOSession proxy;
        boolean closed;

        Session(SocketAddress local, SocketAddress remote) {
            proxy = (IOSession) Proxy.newProxyInstance(
                    IOSession.class.getClassLoader(),
                    new Class<?>[] {IOSession.class},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "getLocalAddress" -> local;
                        case "getRemoteAddress" -> remote;
                        case "close" -> {
                            closed = true;
                            yield null;
                        }
                        case "toString" -> "session with " + remote;
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> self == arguments[0];
                        default -> throw new AssertionError("unexpected call of " + method);
                    });
        }
    }

    /** Does nothing with a request until the test says so. Its futures act as those of HttpCore. */
    private static final class FakeReactor {
        private final List<InetSocketAddress> asked = new CopyOnWriteArrayList<>();
        private final List<BasicFuture<IOSession>> requests = new CopyOnWriteArrayList<>();
        IOReactorShutdownException shutDown;

        Future<IOSession> connect(InetSocketAddress address, FutureCallback<IOSession> callback) {
            if (shutDown != null) {
                throw shutDown;
            }
            BasicFuture<IOSession> request = new BasicFuture<>(callback);
            requests.add(request);
            asked.add(address);
            return request;
        }

        List<InetSocketAddress> asked() {
            return asked;
        }

        BasicFuture<IOSession> request(InetSocketAddress address) {
            return requests.get(asked.indexOf(address));
        }

        Session connected(InetSocketAddress address) {
            return connected(address, new InetSocketAddress(address.getAddress(), 50_000));
        }

        Session connected(InetSocketAddress address, InetSocketAddress local) {
            Session session = new Session(local, address);
            request(address).completed(session.proxy);
            return session;
        }

        void failed(InetSocketAddress address, Exception cause) {
            request(address).failed(cause);
        }
    }
}
