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
import java.util.Objects;

/**
 * The main class of {@link ExhaustionTest}: takes all descriptors but a few, races, gives them back. Uses no test
 * framework, since its classes would be loaded when there is no descriptor to load them with.
 */
final class ExhaustedProcess implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    enum Scenario {
        NONE_FREE,
        ONE_FREE,
        ONE_FREE_AFTER_A_REFUSAL,
        THREE_FREE_FOR_EIGHT_ADDRESSES,
        TWO_FREE_THAT_STAY_SILENT,
        NONE_FREE_UNTIL_LATER,
        LOOK_UP,
        ASYNCHRONOUS,
        LEARNING,
        FIRST_BYTE
    }

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final Deque<Closeable> hoard = new ArrayDeque<>();
    private final RecordingListener listener = new RecordingListener();
    // Made while there are descriptors, as a service makes it when it starts. It has not raced yet.
    private final Connector connector = Connector.builder().listener(listener).build();

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
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("connie-connector")) {
                thread.join();
            }
        }
        check(hoardAllBut(0) == free, "descriptors are missing");
        check(AttemptPermits.PROCESS.available() == 1024, "permits are missing");
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
                // The JVM remembers a failure for 10 s.
                check(!resolveAgain().isEmpty(), "resolved");
            }
            case ASYNCHRONOUS -> {
                // A selector cannot be had: the future fails, and the next one does not.
                hoardAllBut(0);
                Throwable failure = connector
                        .connectAsync(network.at(silent, live), TIMEOUT)
                        .handle((channel, thrown) -> Objects.requireNonNull(thrown))
                        .join();
                check(failure instanceof IOException, failure.toString());
                release(hoard.size());
                connector.connectAsync(network.at(silent, live), TIMEOUT).join().close();
                listener.ended.clear();
                // Now the selector is there: races go on with what they get.
                hoardAllBut(2);
                connector
                        .connectAsync(network.at(silent, live, alsoSilent), TIMEOUT)
                        .join()
                        .close();
                check(listener.started.size() == 4, "the third was put off: " + listener.started);
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

    private static List<InetAddress> resolveAgain() throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                return HostResolver.SYSTEM.resolve("localhost");
            } catch (UnknownHostException remembered) {
                check(i < 150, "still unknown");
                Thread.sleep(100);
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
