package dev.connie;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.lineup.LineupConnect;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a client's fall-over loop sees of the race below it. */
class LineupTest {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<InetAddress> attempted = new CopyOnWriteArrayList<>();
    private final Connector connector = Connector.builder()
            .policy(RacePolicy.allAtOnce())
            .listener(new RaceListener() {
                @Override
                public void attemptStarted(InetSocketAddress address) {
                    attempted.add(address.getAddress());
                }
            })
            .build();
    private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        network.close();
    }

    @Nested
    class OneRaceUnderTheLoop {
        @Test
        void theFirstConnectRacesAllAddresses() throws Exception {
            InetAddress live = listening();
            Lineup lineup = lineup(network.silent(), network.refusing(), live);

            assertThat(peer(connect(lineup, 0))).isEqualTo(live);
            assertThat(attempted).containsExactlyElementsOf(lineup.addresses());
        }

        @Test
        void aFurtherConnectRacesWhatNeitherWonNorFailed() throws Exception {
            InetAddress refusing = network.refusing();
            InetAddress first = listening();
            InetAddress second = listening();
            Lineup lineup = lineup(network.silent(), refusing, first, second);
            assertThat(peer(connect(lineup, 0))).isEqualTo(first);
            attempted.clear();

            assertThat(peer(connect(lineup, 1))).isEqualTo(second);
            assertThat(attempted).doesNotContain(refusing, first);
        }

        @Test
        void whenAllHaveFailedFurtherConnectsFailAtOnceAndSendNothing() {
            Lineup lineup = lineup(network.refusing(), network.refusing(), network.refusing());
            assertRefused(lineup, 0);
            attempted.clear();

            assertRefused(lineup, 1);
            assertRefused(lineup, 2);
            assertThat(attempted).isEmpty();
        }

        @Test
        void thereIsOneTimeoutInAll() {
            Lineup lineup = lineup(network.silent(), network.silent(), network.silent());
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 0, 200, new Abort()))
                    .withMessage("Connect timed out");
            attempted.clear();

            // A connect that waited for a deadline of its own would not return in this test's time.
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 1, 0, new Abort()));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 2, 0, new Abort()));
            assertThat(attempted).isEmpty();
        }

        @Test
        void theTimeoutAlsoCountsForAddressesWhoseTurnDidNotCome() throws Exception {
            Connector oneByOne = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .maxAttemptsInFlight(1)
                    .build();
            Lineup lineup = oneByOne.lineup("h.test", List.of(network.silent(), network.silent()));

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 0, 200, new Abort()));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 1, 0, new Abort()));
        }

        @Test
        void whenAllHaveBeenHandedOutTheErrorTellsWhatBecameOfEach() throws Exception {
            InetAddress live = listening();
            InetAddress refusing = network.refusing();
            Lineup lineup = lineup(refusing, live);
            connect(lineup, 0);

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> connect(lineup, 1))
                    .withMessage(
                            "every address of h.test has had its turn (%s: Connection refused, %s: was connected to)"
                                    .formatted(text(refusing), text(live)));
        }

        @Test
        void portsAreRacedApart() throws Exception {
            try (LoopbackNetwork other = LoopbackNetwork.open()) {
                InetAddress live = listening();
                Lineup lineup = lineup(live);
                assertThat(peer(connect(lineup, 0))).isEqualTo(live);

                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> lineup.book()
                                .connect(new LineupConnect(
                                        Sharing.ONE_CALL,
                                        0,
                                        other.port(),
                                        TIMEOUT_MILLIS,
                                        ChannelSource.PLAIN,
                                        new Abort(),
                                        false)));
            }
        }

        @Test
        void wildcardAddressesAreLeftOut() throws Exception {
            InetAddress live = listening();
            InetAddress nowhere = InetAddress.getByName("0.0.0.0");
            InetAddress nowhereEither = InetAddress.getByName("::");

            assertThat(lineup(nowhere, live, nowhereEither).addresses()).containsExactly(live);
        }

        @Test
        void aLineupWithoutAnAddressIsRefused() throws Exception {
            for (List<InetAddress> none : List.of(List.<InetAddress>of(), List.of(InetAddress.getByName("0.0.0.0")))) {
                assertThatExceptionOfType(UnknownHostException.class)
                        .isThrownBy(() -> connector.lineup("h.test", none))
                        .withMessage("h.test: no address to connect to");
            }
        }

        @Test
        void theLastWinnerOfTheHostComesFirstNextTime() throws Exception {
            InetAddress dead = network.refusing();
            InetAddress live = listening();
            connect(lineup(dead, live), 0);

            assertThat(lineup(dead, live).addresses()).containsExactly(live, dead);
        }

        @Test
        void theLastWinnerComesFirstWhateverItsName() throws Exception {
            InetAddress dead =
                    InetAddress.getByAddress("one.test", network.refusing().getAddress());
            InetAddress live = InetAddress.getByAddress("two.test", listening().getAddress());
            connect(lineup(dead, live), 0);

            assertThat(lineup(dead, live).addresses())
                    .extracting(InetAddress::getHostName)
                    .containsExactly("two.test", "one.test");
        }

        @Test
        void aWinnerThatLetTheClientDownDoesNotComeFirstNextTime() throws Exception {
            InetAddress dead = network.refusing();
            InetAddress useless = listening();
            InetAddress live = listening();
            Lineup lineup = lineup(dead, useless, live);
            assertThat(peer(connect(lineup, 0))).isEqualTo(useless);
            assertThat(peer(connect(lineup, 1))).isEqualTo(live);

            assertThat(lineup(dead, useless, live).addresses()).containsExactly(live, dead, useless);
        }
    }

    @Nested
    class Rule1AnAddressThatComesAgainStartsANewRace {
        @Test
        void afterItsConnectHadAResult() throws Exception {
            InetAddress live = listening();
            Lineup lineup = lineup(live, network.refusing());
            connect(lineup, 0);

            assertThat(peer(connect(lineup, 0))).isEqualTo(live);
        }

        @Test
        void afterItsConnectFailed() throws Exception {
            InetAddress restarting = network.newAddress();
            Lineup lineup = lineup(restarting);
            assertRefused(lineup, 0);
            network.listeningAt(restarting);

            assertThat(peer(connect(lineup, 0))).isEqualTo(restarting);
        }

        @Test
        void whileItsConnectStillRunsSoThatCallsWithTheSameAnswerDoNotWaitForEachOther() throws Exception {
            InetAddress live = listening();
            Lineup lineup = lineup(network.silent(), live);
            Gate gate = new Gate(live);
            Future<SocketChannel> held = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, new Abort(), gate));
            gate.awaitArrival();

            for (int call = 0; call < 6; call++) {
                assertThat(peer(connect(lineup, 0))).isEqualTo(live);
            }
            gate.open();
            assertThat(peer(held.get(20, SECONDS))).isEqualTo(live);
        }
    }

    @Nested
    class Rule2AConnectClosedWithoutAResultHasItsTurnStillToCome {
        @Test
        void soThatItsRetryDoesNotTryUsedAddressesAgain() throws Exception {
            InetAddress used = listening();
            InetAddress other = network.silent();
            Lineup lineup = lineup(used, other);
            connect(lineup, 0);
            Abort abort = new Abort();
            Future<SocketChannel> closed = inBackground(() -> connect(lineup, 1, TIMEOUT_MILLIS, abort));
            awaitAttemptTo(other);
            abort.abort();
            assertFailsWith(closed, SocketException.class, "Socket closed");
            attempted.clear();

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 1, 200, new Abort()));
            assertThat(attempted).containsExactly(other);
        }
    }

    @Nested
    class Rule3AConnectThatComesDuringARaceJoinsIt {
        @Test
        void andIsExpectedToBeClosedWhenAnotherWins() throws Exception {
            InetAddress winner = listening();
            InetAddress spare = listening();
            Lineup lineup = lineup(winner, network.silent(), spare);
            Gate gate = new Gate(winner);
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, new Abort(), gate));
            gate.awaitArrival();
            Abort abort = new Abort();
            Background joiner = new Background(() -> connect(lineup, 1, TIMEOUT_MILLIS, abort));
            joiner.awaitWaiting();
            gate.open();

            assertThat(peer(driver.get(20, SECONDS))).isEqualTo(winner);
            abort.abort();
            assertFailsWith(joiner.result, SocketException.class, "Socket closed");
            assertThat(attempted).containsExactly(winner);
        }

        @Test
        void andRacesTheRestIfItIsNotClosed() throws Exception {
            InetAddress winner = listening();
            InetAddress spare = listening();
            Lineup lineup = lineup(winner, network.silent(), spare);
            Gate gate = new Gate(winner);
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, new Abort(), gate));
            gate.awaitArrival();
            Background joiner = new Background(() -> connect(lineup, 1));
            joiner.awaitWaiting();
            gate.open();

            assertThat(peer(driver.get(20, SECONDS))).isEqualTo(winner);
            assertThat(peer(joiner.result.get(20, SECONDS))).isEqualTo(spare);
        }

        @Test
        void andDoesNotTakeTheWinnerForUselessWhenTheClientIsSlowToCloseIt() throws Exception {
            InetAddress winner = listening();
            InetAddress silent = network.silent();
            Lineup lineup = lineup(silent, winner);
            Gate gate = new Gate(winner);
            Abort abort = new Abort();
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, abort, gate));
            gate.awaitArrival();
            Background heir = new Background(() -> connect(lineup, 1));
            heir.awaitWaiting();
            attempted.clear();
            gate.open();
            assertThat(peer(heir.result.get(20, SECONDS))).isEqualTo(winner);
            // The grace is over: the one that raced goes on to what is left.
            awaitAttemptTo(silent);
            abort.abort();
            assertFailsWith(driver, SocketException.class, "Socket closed");

            assertThat(lineup(silent, winner).addresses()).containsExactly(winner, silent);
        }

        @Test
        void andKeepsItsOwnTimeout() throws Exception {
            Lineup lineup = lineup(network.silent(), network.silent());
            Abort abort = new Abort();
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, 0, abort));
            awaitAttemptTo(lineup.addresses().get(1));

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 1, 100, new Abort()));
            abort.abort();
            assertFailsWith(driver, SocketException.class, "Socket closed");
        }

        @Test
        void andFailsWithTheRaceItJoined() throws Exception {
            InetAddress gated = network.refusing();
            Lineup lineup = lineup(gated, network.refusing());
            Gate gate = new Gate(gated);
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, new Abort(), gate));
            gate.awaitArrival();
            Background joiner = new Background(() -> connect(lineup, 1, 0, new Abort()));
            joiner.awaitWaiting();
            gate.open();

            assertFailsWith(driver, ConnectException.class, "Connection refused");
            assertFailsWith(joiner.result, ConnectException.class, "Connection refused");
            assertThat(attempted).hasSize(2);
        }

        @Test
        void andTakesOverWhenTheOneThatRacesIsClosed() throws Exception {
            InetAddress silent = network.silent();
            Lineup lineup = lineup(silent, network.silent());
            Abort abort = new Abort();
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, abort));
            awaitAttemptTo(lineup.addresses().get(1));
            Background joiner = new Background(() -> connect(lineup, 1, 1_000, new Abort()));
            joiner.awaitWaiting();
            attempted.clear();
            abort.abort();

            assertFailsWith(driver, SocketException.class, "Socket closed");
            assertFailsWith(joiner.result, SocketTimeoutException.class, "Connect timed out");
            assertThat(attempted).containsExactlyInAnyOrderElementsOf(lineup.addresses());
        }
    }

    @Nested
    class Rule4TheWinnerGoesToTheConnectThatWaitsForJustThatAddress {
        @Test
        void andTheOneThatRacedWaitsToBeClosed() throws Exception {
            InetAddress dead = network.silent();
            InetAddress live = listening();
            Lineup lineup = lineup(dead, live);
            Gate gate = new Gate(live);
            Abort abort = new Abort();
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, abort, gate));
            gate.awaitArrival();
            Background heir = new Background(() -> connect(lineup, 1));
            heir.awaitWaiting();
            gate.open();

            assertThat(peer(heir.result.get(20, SECONDS))).isEqualTo(live);
            abort.abort();
            assertFailsWith(driver, SocketException.class, "Socket closed");
            assertThat(attempted).containsExactly(dead, live);
        }

        @Test
        void butNotToOneThatHasBeenClosed() throws Exception {
            InetAddress live = listening();
            Lineup lineup = lineup(network.silent(), live);
            Gate gate = new Gate(live);
            Future<SocketChannel> driver = inBackground(() -> connect(lineup, 0, TIMEOUT_MILLIS, new Abort(), gate));
            gate.awaitArrival();
            Abort abort = new Abort();
            Background closed = new Background(() -> connect(lineup, 1, TIMEOUT_MILLIS, abort));
            closed.awaitWaiting();
            abort.abort();
            gate.open();

            assertFailsWith(closed.result, SocketException.class, "Socket closed");
            assertThat(peer(driver.get(20, SECONDS))).isEqualTo(live);
        }
    }

    @Nested
    class Rule5EachConnectThrowsItsOwnAddressesFailure {
        @Test
        void ofTheSameTypeAndMessage() {
            Lineup lineup = lineup(network.silent(), network.refusing());

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 0, 200, new Abort()))
                    .withMessage("Connect timed out");
            assertRefused(lineup, 1);
        }

        @Test
        void aTimeoutNamesItsAddressInItsCauseForItsMessageIsThatOfAPlainSocket() {
            InetAddress first = network.silent();
            InetAddress second = network.silent();
            Lineup lineup = lineup(first, second);

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 0, 200, new Abort()))
                    .withMessage("Connect timed out")
                    .havingCause()
                    .withMessage(text(first) + ": Connect timed out");
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(lineup, 1, 200, new Abort()))
                    .havingCause()
                    .withMessage(text(second) + ": Connect timed out");
        }

        @Test
        void asANewObjectEachTime() {
            InetAddress refusing = network.refusing();
            Lineup lineup = lineup(refusing, refusing);
            List<Throwable> thrown = new ArrayList<>();
            for (int own = 0; own < 2; own++) {
                int place = own;
                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> connect(lineup, place))
                        .satisfies(thrown::add);
            }

            assertThat(thrown.get(0)).isNotSameAs(thrown.get(1));
        }

        @Test
        void andTheLineupTellsAllOfThem() {
            InetAddress one = network.refusing();
            InetAddress two = network.refusing();
            Lineup lineup = lineup(one, two);
            assertRefused(lineup, 0);

            assertThat(lineup.failures())
                    .hasOnlyElementsOfType(ConnectException.class)
                    .extracting(Throwable::getMessage)
                    .containsExactly(text(one) + ": Connection refused", text(two) + ": Connection refused");
        }
    }

    @Nested
    class Rule6OnATie {
        @Test
        void theAddressGivenComesFirst() throws Exception {
            Lineup lineup = lineup(listening(), listening(), listening());

            assertThat(peer(connect(lineup, 1))).isEqualTo(lineup.addresses().get(1));
            assertThat(attempted).containsExactly(lineup.addresses().get(1));
        }

        @Test
        void elseTheOrderOfTheListDecides() throws Exception {
            InetAddress silent = network.silent();
            InetAddress first = listening();
            InetAddress second = listening();
            // A selector's set of keys has no order: a race that walked it would fail half of the rounds.
            for (int round = 0; round < 30; round++) {
                // Both are ready when the race first waits.
                Lineup lineup = connector.lineup("h" + round + ".test", List.of(silent, first, second));
                assertThat(peer(connect(lineup, 0))).isEqualTo(first);
            }
            assertThat(attempted).contains(second);
        }
    }

    @Nested
    class Rule7AnAddressThatComesAgainMeansTheSameServerAgain {
        @Test
        void whicheverItWas() throws Exception {
            InetAddress live = listening();
            InetAddress other = listening();
            Lineup lineup = lineup(network.silent(), live, other);
            assertThat(peer(connect(lineup, 0))).isEqualTo(live);
            attempted.clear();

            assertThat(peer(connect(lineup, 0))).isEqualTo(live);
            assertThat(attempted).containsExactly(live);
        }
    }

    @Nested
    class Rule8AnAddressListedTwice {
        @Test
        void isSentOneSynButServesASecondConnect() throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = listening();
            Lineup lineup = lineup(silent, silent, live, live);

            assertThat(peer(connect(lineup, 0))).isEqualTo(live);
            assertThat(attempted).containsExactly(silent, live);
            assertThat(peer(connect(lineup, 3))).isEqualTo(live);
        }

        @Test
        void failsOnce() {
            InetAddress refusing = network.refusing();
            Lineup lineup = lineup(refusing, refusing);
            assertRefused(lineup, 0);

            assertRefused(lineup, 1);
            assertThat(attempted).containsExactly(refusing);
        }
    }

    @Nested
    class Ending {
        @Test
        void cancelAbortsTheConnectThatRacesAndThoseToCome() throws Exception {
            InetAddress silent = network.silent();
            Lineup lineup = lineup(silent, listening());
            connect(lineup, 1);
            Future<SocketChannel> racing = inBackground(() -> connect(lineup, 0));
            awaitAttemptTo(silent);
            lineup.cancel();

            assertFailsWith(racing, SocketException.class, "Socket closed");
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> connect(lineup, 1))
                    .withMessage("Socket closed");
        }

        @Test
        void anInterruptEndsAnInterruptibleConnect() {
            Lineup lineup = lineup(network.silent());
            Thread.currentThread().interrupt();
            try {
                assertThatExceptionOfType(ClosedByInterruptException.class)
                        .isThrownBy(() -> lineup.book()
                                .connect(new LineupConnect(
                                        Sharing.ONE_CALL,
                                        0,
                                        network.port(),
                                        TIMEOUT_MILLIS,
                                        ChannelSource.PLAIN,
                                        new Abort(),
                                        true)));
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }

        @Test
        void anInterruptIsKeptForLaterElse() throws Exception {
            InetAddress live = listening();
            Lineup lineup = lineup(network.silent(), live);
            Thread.currentThread().interrupt();
            SocketChannel channel;
            try {
                channel = connect(lineup, 0);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(peer(channel)).isEqualTo(live);
        }

        @Test
        void leavesNoDescriptor() throws Exception {
            SelectorPool.closeIdle();
            long before = Descriptors.open();
            Lineup lineup = lineup(network.refusing(), network.refusing());
            assertRefused(lineup, 0);
            SelectorPool.closeIdle();

            assertThat(Descriptors.open()).isEqualTo(before);
        }
    }

    private InetAddress listening() {
        return network.listening().getInetAddress();
    }

    private Lineup lineup(InetAddress... addresses) {
        try {
            return connector.lineup("h.test", List.of(addresses));
        } catch (UnknownHostException onlyWildcards) {
            throw new AssertionError(onlyWildcards);
        }
    }

    private String text(InetAddress address) {
        return address.getHostAddress() + ":" + network.port();
    }

    private SocketChannel connect(Lineup lineup, int own) throws IOException {
        return connect(lineup, own, TIMEOUT_MILLIS, new Abort());
    }

    private SocketChannel connect(Lineup lineup, int own, int timeoutMillis, Abort abort) throws IOException {
        return connect(lineup, own, timeoutMillis, abort, ChannelSource.PLAIN);
    }

    private SocketChannel connect(Lineup lineup, int own, int timeoutMillis, Abort abort, ChannelSource source)
            throws IOException {
        SocketChannel channel = lineup.book()
                .connect(new LineupConnect(Sharing.ONE_CALL, own, network.port(), timeoutMillis, source, abort, false))
                .channel();
        channels.add(channel);
        return channel;
    }

    private void assertRefused(Lineup lineup, int own) {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> connect(lineup, own))
                .withMessage("Connection refused");
    }

    private static void assertFailsWith(Future<?> future, Class<? extends Exception> type, String message)
            throws Exception {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> future.get(20, SECONDS))
                .satisfies(failure ->
                        assertThat(failure.getCause()).isInstanceOf(type).hasMessage(message));
    }

    private static InetAddress peer(SocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
    }

    private void awaitAttemptTo(InetAddress address) {
        while (!attempted.contains(address)) {
            Thread.onSpinWait();
        }
    }

    private interface Connect {
        SocketChannel run() throws Exception;
    }

    private static CompletableFuture<SocketChannel> inBackground(Connect connect) {
        return new Background(connect).result;
    }

    /** A connect on a thread of its own. */
    private static final class Background {
        final CompletableFuture<SocketChannel> result = new CompletableFuture<>();
        final Thread thread;

        Background(Connect connect) {
            thread = new Thread(() -> {
                try {
                    result.complete(connect.run());
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        /** Returns once the thread waits, which it does only for a race that another one runs. */
        void awaitWaiting() {
            while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    /** Holds the driver of a race at the moment when it opens the attempt to one address. */
    private static final class Gate implements ChannelSource {
        private final InetAddress address;
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        Gate(InetAddress address) {
            this.address = address;
        }

        @Override
        public SocketChannel open(InetSocketAddress remote) throws IOException {
            if (remote.getAddress().equals(address)) {
                arrived.countDown();
                try {
                    opened.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return ChannelSource.PLAIN.open(remote);
        }

        void awaitArrival() throws InterruptedException {
            arrived.await();
        }

        void open() {
            opened.countDown();
        }
    }
}
