package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Sockets that ask for TLS at hosts of which most are bad in one way or another, on many threads at once: whoever had a good
 * host listed gets it, and nothing is left. {@code -Dconnie.soak.races=200000} for a long run.
 */
class FirstByteSoakTest {
    private static final int RACES = Integer.getInteger("connie.soak.races", 600);
    private static final int THREADS = Integer.getInteger("connie.soak.threads", 32);
    private static final int PERMITS = 1_000;
    private static final long SEED = Long.getLong("connie.soak.seed", 20_121_212);
    private static final int HOSTS_OF_A_KIND = 3;
    private static final byte[] HELLO = {0x16, 3, 1, 0, 4, 1, 0, 0, 0};

    private enum Behaviour {
        WELL,
        MUTE,
        LATE,
        RESET,
        ALERT,
        GARBAGE,
        CLOSE,
        REFUSE
    }

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AttemptPermits permits = new AttemptPermits(PERMITS);
    private final Map<Behaviour, List<InetAddress>> hosts = new HashMap<>();
    private final Map<InetAddress, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    @Test
    void whoever_has_a_good_host_listed_gets_it_and_nothing_is_left() throws Exception {
        int threadsBefore = connieThreads();
        try (Servers servers = new Servers()) {
            InetAddress silent = network.silent();
            // The timer of the JDK, and a selector or two.
            race(new Random(1), silent);
            SelectorPool.closeIdle();
            long before = Descriptors.open();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(SEED + i);
                all.add(threads.submit(() -> {
                    for (int race = 0; race < RACES / THREADS; race++) {
                        race(random, silent);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
            threads.shutdown();
            System.out.println("soak: " + ends);
            assertThat(wrong).isEmpty();
            assertThat(permits.available()).isEqualTo(PERMITS);
            SelectorPool.closeIdle();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (Descriptors.open() - servers.connections() > before) {
                assertThat(System.nanoTime())
                        .as("%s descriptors were %s", Descriptors.open(), before)
                        .isLessThan(deadline);
                Thread.onSpinWait();
            }
            // Some of other tests may have come to their end meanwhile.
            assertThat(connieThreads()).isLessThanOrEqualTo(threadsBefore);
        } finally {
            network.close();
        }
    }

    private static int connieThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("connie"))
                .count();
    }

    private void race(Random random, InetAddress silent) throws Exception {
        List<InetAddress> listed = new ArrayList<>();
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Behaviour kind = Behaviour.values()[random.nextInt(Behaviour.values().length)];
            listed.add(hosts.get(kind).get(random.nextInt(HOSTS_OF_A_KIND)));
        }
        if (random.nextBoolean()) {
            listed.add(0, silent);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(listed, random);
        }
        boolean good = listed.stream().anyMatch(each -> behaviours.get(each) == Behaviour.WELL);
        boolean late = listed.stream().anyMatch(each -> behaviours.get(each) == Behaviour.LATE);
        RacePolicy policy = switch (random.nextInt(3)) {
            case 0 -> RacePolicy.allAtOnce();
            case 1 -> RacePolicy.rfc8305();
            default -> RacePolicy.adaptive();
        };
        List<RaceReport> reports = new ArrayList<>();
        Connector connector = Connector.builder()
                .policy(policy)
                .races(it -> it.permits(permits))
                .resolver(LoopbackNetwork.resolving("h.test", listed.toArray(InetAddress[]::new)))
                .listener(new RaceListener() {
                    @Override
                    public void openingFinished(RaceReport report) {
                        reports.add(report);
                    }
                })
                .build();
        String end = "connect failed";
        InetAddress peer = null;
        boolean connected = false;
        InetAddress first = connector.resolver().resolve("h.test").get(0);
        try (Socket socket = connector.socketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(first, network.port()), good || late ? 10_000 : 500);
            connected = true;
            socket.setSoTimeout(good || late ? 10_000 : 150);
            int deed = random.nextInt(100);
            if (deed < 3) {
                ends.computeIfAbsent("closed unused", key -> new AtomicInteger())
                        .incrementAndGet();
                return;
            }
            Future<?> closer = deed < 8 ? closeSoon(socket) : null;
            try {
                socket.getOutputStream().write(HELLO);
                byte[] answer = socket.getInputStream().readNBytes(5);
                peer = socket.getInetAddress();
                end = answer.length == 0 ? "end" : answer[0] == 0x16 ? "answer" : answer[0] == 0x15 ? "alert" : "other";
                if (end.equals("answer") && socket.getInputStream().available() > 1) {
                    end = "more than one answer";
                }
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                end = e.toString();
            }
            if (closer != null) {
                closer.get();
                end = "closed under the reader";
            }
        } catch (IOException e) {
            end = connected ? e.toString() : "connect failed";
        }
        ends.computeIfAbsent(end, key -> new AtomicInteger()).incrementAndGet();
        boolean closed = end.equals("closed under the reader");
        boolean right = end.equals("answer") ? peer != null && isGood(peer) : !(good || late);
        if (!closed && !right) {
            wrong.add(end + " of "
                    + listed.stream()
                            .map(each -> each + " " + behaviours.get(each))
                            .toList() + " by " + policy + " " + reports);
        }
    }

    private boolean isGood(InetAddress peer) {
        Behaviour behaviour = behaviours.get(peer);
        return behaviour == Behaviour.WELL || behaviour == Behaviour.LATE;
    }

    private static Future<?> closeSoon(Socket socket) {
        FutureTask<Void> close = new FutureTask<>(() -> {
            socket.close();
            return null;
        });
        new Thread(close).start();
        return close;
    }

    /** Three hosts of each kind, on one thread. */
    private final class Servers implements AutoCloseable {
        private record Due(long nanos, SocketChannel peer) {}

        private final Selector selector = Selector.open();
        private final PriorityQueue<Due> late = new PriorityQueue<>((a, b) -> Long.compare(a.nanos, b.nanos));
        private final Thread thread;

        Servers() throws IOException {
            int alert = 40;
            for (Behaviour behaviour : Behaviour.values()) {
                List<InetAddress> addresses = new ArrayList<>();
                for (int i = 0; i < HOSTS_OF_A_KIND; i++) {
                    InetAddress address = network.newAddress();
                    addresses.add(address);
                    behaviours.put(address, behaviour);
                    if (behaviour != Behaviour.REFUSE) {
                        ServerSocketChannel server = ServerSocketChannel.open();
                        server.bind(new InetSocketAddress(address, network.port()), 1_000);
                        server.configureBlocking(false);
                        server.register(selector, SelectionKey.OP_ACCEPT, new Object[] {behaviour, alert++});
                    }
                }
                hosts.put(behaviour, addresses);
            }
            thread = new Thread(this::run, "servers");
            thread.setDaemon(true);
            thread.start();
        }

        /** Returns how many connections there are on this side. */
        long connections() {
            return Math.max(0, selector.keys().size() - (Behaviour.values().length - 1) * HOSTS_OF_A_KIND);
        }

        private void run() {
            try {
                while (selector.isOpen()) {
                    selector.select(late.isEmpty() ? 100 : 5);
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (key.isValid()) {
                            serve(key);
                        }
                    }
                    selector.selectedKeys().clear();
                    while (!late.isEmpty() && late.peek().nanos - System.nanoTime() < 0) {
                        send(late.remove().peer, new byte[] {0x16, 3, 3, 0, 1, 2});
                    }
                }
            } catch (IOException | RuntimeException over) {
                // The test is.
            }
        }

        private void serve(SelectionKey key) throws IOException {
            if (key.isAcceptable()) {
                SocketChannel peer = ((ServerSocketChannel) key.channel()).accept();
                if (peer != null) {
                    peer.configureBlocking(false);
                    peer.register(selector, SelectionKey.OP_READ, key.attachment());
                }
                return;
            }
            SocketChannel peer = (SocketChannel) key.channel();
            try {
                ByteBuffer read = ByteBuffer.allocate(100);
                int count = peer.read(read);
                if (count < 0) {
                    peer.close();
                    return;
                }
                Object[] kind = (Object[]) key.attachment();
                switch ((Behaviour) kind[0]) {
                    case WELL -> send(peer, new byte[] {0x16, 3, 3, 0, 1, 2});
                    case LATE -> late.add(new Due(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400), peer));
                    case RESET -> {
                        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                        peer.close();
                    }
                    case ALERT -> send(peer, new byte[] {0x15, 3, 3, 0, 2, 2, (byte) (int) (Integer) kind[1]});
                    case GARBAGE -> send(peer, new byte[] {'H', 'T', 'T', 'P', '/', '1', '.'});
                    case CLOSE -> peer.close();
                    case MUTE, REFUSE -> {}
                }
            } catch (IOException gone) {
                peer.close();
            }
        }

        private void send(SocketChannel peer, byte[] bytes) {
            try {
                peer.write(ByteBuffer.wrap(bytes));
            } catch (IOException gone) {
                // The client has chosen another.
            }
        }

        @Override
        public void close() throws IOException {
            List<SelectionKey> keys = List.copyOf(selector.keys());
            selector.close();
            while (thread.isAlive()) {
                Thread.onSpinWait();
            }
            for (SelectionKey key : keys) {
                key.channel().close();
            }
        }
    }
}
