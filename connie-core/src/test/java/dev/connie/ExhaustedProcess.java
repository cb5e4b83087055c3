package dev.connie;

import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The main class of {@link ExhaustionTest}: takes all descriptors but a few, races, gives them back. Uses no test
 * framework, since its classes would be loaded when there is no descriptor to load them with.
 */
final class ExhaustedProcess implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    // For what has no chance, each time anew.
    private static final Duration SHORT = Duration.ofMillis(300);

    enum Scenario {
        NONE_FREE,
        ONE_FREE,
        ONE_FREE_AFTER_A_REFUSAL,
        THREE_FREE_FOR_EIGHT_ADDRESSES,
        TWO_FREE_THAT_STAY_SILENT,
        NONE_FREE_UNTIL_LATER,
        LOOK_UP,
        ASYNCHRONOUS,
        ASYNCHRONOUS_AS_BLOCKING,
        ASYNCHRONOUS_UNTIL_THERE_IS_A_SELECTOR,
        LEARNING,
        FIRST_BYTE
    }

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final Deque<Closeable> hoard = new ArrayDeque<>();
    private final RecordingListener listener = new RecordingListener();
    // Made while there are descriptors, as a service makes it when it starts. It has not raced yet.
    private final Connector connector = Connector.builder()
            .policy(RacePolicy.allAtOnce())
            .listener(listener)
            .build();

    // Silent until it is accepted from.
    private final ServerSocket awakening = network.silentServer();
    private final InetAddress silent = network.silent();
    private final InetAddress alsoSilent = network.silent();
    private final ServerSocket server = network.listening();
    private final InetAddress live = server.getInetAddress();

    public static void main(String[] args) throws Exception {
        Scenario scenario = Scenario.valueOf(args[0]);
        try (ExhaustedProcess process = new ExhaustedProcess()) {
            process.run(scenario);
        }
        System.out.println(scenario + " done");
    }

    private void run(Scenario scenario) throws Exception {
        int free = hoardAllBut(0);
        release(free);
        play(scenario);
        release(hoard.size());

        // With descriptors again all is well, and none has been lost but the pooled selector's.
        listener.ended.clear();
        connector.connect(network.at(silent, live), TIMEOUT).close();
        check(last().outcome() == Outcome.LOST, "the silent address was tried");
        SelectorPool.closeIdle();
        connector.close();
        joinSelectorThreads();
        check(hoardAllBut(0) == free, "descriptors are missing");
        check(AttemptPermits.ofProcess().available() == 1024, "permits are missing");
    }

    private void play(Scenario scenario) throws Exception {
        switch (scenario) {
            case NONE_FREE -> {
                hoardAllBut(0);
                ConnectRaceException failure = failure(network.at(live, silent, network.refusing()));
                check(failure.getMessage().contains("Too many open files"), failure.getMessage());
                check(failure.getSuppressed().length == 3, "three failures");
            }
            case ONE_FREE -> {
                hoardAllBut(1);
                expectWin(network.at(live, silent, alsoSilent));
            }
            case ONE_FREE_AFTER_A_REFUSAL -> {
                hoardAllBut(1);
                expectWin(network.at(network.refusing(), network.refusing(), live));
                check(listener.ended.get(0).outcome() == Outcome.FAILED, "refused");
            }
            case THREE_FREE_FOR_EIGHT_ADDRESSES -> {
                List<InetSocketAddress> eight = new ArrayList<>(network.at(silent, alsoSilent, live));
                for (int i = 3; i < 8; i++) {
                    eight.add(network.at(network.refusing()));
                }
                hoardAllBut(3);
                expectWin(eight);
                check(listener.started.size() == 3, "three attempts, no selector");
            }
            case TWO_FREE_THAT_STAY_SILENT -> {
                hoardAllBut(2);
                try {
                    connector.connect(network.at(silent, alsoSilent, live), Duration.ofMillis(400));
                    throw new AssertionError("connected");
                } catch (ConnectRaceTimeoutException expected) {
                    check(expected.getMessage().contains(": not tried"), expected.getMessage());
                }
            }
            case NONE_FREE_UNTIL_LATER -> {
                hoardAllBut(2);
                Thread helper = new Thread(() -> release(1));
                RaceListener releasing = new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        if (address.equals(network.at(alsoSilent))) {
                            helper.start();
                        }
                    }
                };
                Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .listener(releasing)
                        .build()
                        .connect(network.at(silent, alsoSilent, live), TIMEOUT)
                        .close();
                helper.join();
            }
            case LOOK_UP -> {
                hoardAllBut(0);
                try {
                    HostResolver.SYSTEM.resolve("localhost");
                } catch (UnknownHostException expected) {
                    // The system could not read its files; an Error would be a class that is gone for good.
                }
                release(hoard.size());
                // Written otherwise, for the JVM remembers the failure for 10 s.
                check(!HostResolver.SYSTEM.resolve("LOCALHOST").isEmpty(), "resolved");
            }
            case ASYNCHRONOUS -> {
                // The selector is there when the descriptors go: races go on with what they get.
                connector.connectAsync(network.at(silent, live), TIMEOUT).join().close();
                listener.started.clear();
                hoardAllBut(2);
                connector
                        .connectAsync(network.at(silent, live, alsoSilent), TIMEOUT)
                        .join()
                        .close();
                check(listener.started.size() == 2, "the third was put off: " + listener.started);
                connector.close();
            }
            case ASYNCHRONOUS_AS_BLOCKING -> {
                InetAddress refusing = network.refusing();
                InetAddress alsoRefusing = network.refusing();
                for (List<InetSocketAddress> addresses : List.of(
                        List.of(network.at(live)),
                        network.at(silent, live),
                        network.at(silent, alsoSilent, live),
                        network.at(refusing, alsoRefusing, live),
                        network.at(refusing, silent, live),
                        network.at(refusing, alsoRefusing))) {
                    for (int free = 0; free <= 7; free++) {
                        String blocking = outcomeWith(free, door -> door.connect(addresses, SHORT));
                        String asynchronous = outcomeWith(free, door -> awaited(door.connectAsync(addresses, SHORT)));
                        check(
                                asynchronous.equals(blocking),
                                free + " free, " + addresses + ": " + blocking + ", but asynchronously "
                                        + asynchronous);
                    }
                }
            }
            case ASYNCHRONOUS_UNTIL_THERE_IS_A_SELECTOR -> {
                hoardAllBut(1);
                CompletableFuture<SocketChannel> waiting =
                        connector.connectAsync(List.of(network.at(awakening.getInetAddress())), Duration.ZERO);
                while (listener.started.isEmpty()) {
                    Thread.onSpinWait();
                }
                release(hoard.size());
                // The channel must get into the selector that comes later, or it would be forgotten.
                LoopbackNetwork.acceptUntil(awakening, waiting::isDone);
                waiting.join().close();
                connector.close();
            }
            case FIRST_BYTE -> firstByte();
            case LEARNING -> {
                Connector learning = Connector.builder()
                        .policy(RacePolicy.adaptive())
                        .listener(listener)
                        .build();
                List<InetSocketAddress> addresses = network.at(network.refusing(), live, silent);
                hoardAllBut(0);
                try {
                    learning.connect(addresses, TIMEOUT);
                    throw new AssertionError("connected");
                } catch (ConnectRaceException expected) {
                    check(expected.getMessage().contains("Too many open files"), expected.getMessage());
                }
                release(1);
                learning.connect(addresses, TIMEOUT).close();
                listener.started.clear();
                learning.connect(addresses, TIMEOUT).close();
                check(listener.started.equals(List.of(network.at(live))), "learned: " + listener.started);
            }
        }
    }

    /** The server resets the connection, and another has to be connected to: with one descriptor, and no selector. */
    private void firstByte() throws Exception {
        try (ServerSocket resetting = network.listening();
                Socket socket = Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .resolver(LoopbackNetwork.resolving("h.test", resetting.getInetAddress(), live))
                        .build()
                        .socketFactory()
                        .createSocket("h.test", network.port())) {
            Socket peer = resetting.accept();
            peer.setSoLinger(true, 0);
            Thread answering = new Thread(() -> {
                try (Socket next = server.accept()) {
                    next.getOutputStream().write(0x16);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            SelectorPool.closeIdle();
            hoardAllBut(1);
            answering.start();
            // Its descriptor is for the other server's side.
            peer.close();
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
            check(socket.getInputStream().read() == 0x16, "answered");
            check(socket.getInetAddress().equals(live), "by the other");
            answering.join();
        }
    }

    /** A door of a connector. */
    private interface Door {
        SocketChannel connect(Connector connector) throws IOException;
    }

    /** Returns what comes of a first connect in a process with so many free descriptors. */
    private String outcomeWith(int free, Door door) throws IOException {
        Connector fresh = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        SelectorPool.closeIdle();
        hoardAllBut(free);
        String outcome;
        try (SocketChannel channel = door.connect(fresh)) {
            outcome = "connected to " + channel.getRemoteAddress();
        } catch (IOException e) {
            outcome = e.toString().replaceAll("after \\d+ ms", "in time");
        }
        release(hoard.size());
        fresh.close();
        joinSelectorThreads();
        return outcome;
    }

    private static SocketChannel awaited(CompletableFuture<SocketChannel> future) throws IOException {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static void joinSelectorThreads() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("connie-connector")) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void expectWin(List<InetSocketAddress> addresses) throws IOException {
        try (SocketChannel channel = connector.connect(addresses, TIMEOUT)) {
            check(channel.getRemoteAddress().equals(network.at(live)), "connected to the live address");
        }
    }

    private ConnectRaceException failure(List<InetSocketAddress> addresses) throws IOException {
        try {
            connector.connect(addresses, TIMEOUT);
        } catch (ConnectRaceException expected) {
            return expected;
        }
        throw new AssertionError("connected");
    }

    private AttemptReport last() {
        return listener.ended.get(listener.ended.size() - 1);
    }

    /** Takes every descriptor, then gives this many back. Returns how many it holds. */
    private int hoardAllBut(int spare) {
        try {
            while (true) {
                hoard.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            release(spare);
        }
        return hoard.size();
    }

    private void release(int count) {
        for (int i = 0; i < count; i++) {
            try {
                hoard.pop().close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    @Override
    public void close() {
        release(hoard.size());
        network.close();
    }
}
