package dev.connie.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server on the loopback, over UDP and TCP, that answers as it is told: late, badly, or not at all. What it was
 * told nothing of does not exist. It notes what it was asked. Tests that use it have dnsjava on their class path.
 */
public final class LoopbackNameServer implements AutoCloseable {
    private static final int TTL = 300;

    /** Makes what is sent back; null for nothing. */
    @FunctionalInterface
    public interface Answer {
        byte @Nullable [] to(Message query, boolean tcp) throws IOException;
    }

    private record Rule(Duration delay, Answer answer) {}

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, Rule> rules = new ConcurrentHashMap<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor threads = threads();
    private volatile boolean deaf;
    private volatile boolean closesTcp;
    private volatile long answeredNanos;
    private final AtomicInteger spoofed = new AtomicInteger();
    private volatile @Nullable InetAddress spoof;

    private LoopbackNameServer(InetAddress address) throws IOException {
        tcp = new ServerSocket(0, 50, address);
        udp = new DatagramSocket(tcp.getLocalPort(), address);
        start("udp", this::serveUdp);
        start("tcp", this::serveTcp);
    }

    public static LoopbackNameServer open() {
        IOException last = null;
        // The port that is free for TCP may be taken for UDP.
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                return new LoopbackNameServer(InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                last = e;
            }
        }
        throw new UncheckedIOException(last);
    }

    private static ScheduledThreadPoolExecutor threads() {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2);
        // What comes too late for an answer gets none.
        threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return threads;
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, "name-server-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** Returns what it was asked so far, as "AAAA a.test." or "tcp A a.test.". */
    public List<String> queries() {
        return List.copyOf(queries);
    }

    /** Answers with addresses, which are of the type's family, after a delay. */
    public LoopbackNameServer answers(String name, int type, Duration delay, InetAddress... addresses) {
        return on(name, type, delay, (query, overTcp) -> {
            Message reply = reply(query, Rcode.NOERROR);
            for (InetAddress address : addresses) {
                reply.addRecord(record(query.getQuestion().getName(), address, TTL), Section.ANSWER);
            }
            return wire(reply, overTcp);
        });
    }

    /** Answers at once with the addresses of both families among these; a family without any has an empty answer. */
    public LoopbackNameServer knows(String name, InetAddress... addresses) {
        answers(name, Type.A, Duration.ZERO, ofType(Type.A, addresses));
        return answers(name, Type.AAAA, Duration.ZERO, ofType(Type.AAAA, addresses));
    }

    private static InetAddress[] ofType(int type, InetAddress... addresses) {
        return Arrays.stream(addresses)
                .filter(address -> address instanceof Inet4Address == (type == Type.A))
                .toArray(InetAddress[]::new);
    }

    /** Never answers this question. */
    public LoopbackNameServer drops(String name, int type) {
        return on(name, type, Duration.ZERO, (query, overTcp) -> null);
    }

    /** Answers with an error. */
    public LoopbackNameServer fails(String name, int type, int rcode) {
        return on(name, type, Duration.ZERO, (query, overTcp) -> wire(reply(query, rcode), overTcp));
    }

    /** Says that this name stands for another, for any type. */
    public LoopbackNameServer aliases(String name, String target) {
        for (int type : new int[] {Type.A, Type.AAAA}) {
            on(name, type, Duration.ZERO, (query, overTcp) -> {
                Message reply = reply(query, Rcode.NOERROR);
                reply.addRecord(
                        new CNAMERecord(query.getQuestion().getName(), DClass.IN, TTL, Name.fromString(target + ".")),
                        Section.ANSWER);
                return wire(reply, overTcp);
            });
        }
        return this;
    }

    public LoopbackNameServer on(String name, int type, Duration delay, Answer answer) {
        rules.put(key(type, name + "."), new Rule(delay, answer));
        return this;
    }

    /** From now on takes queries and answers none. */
    public void fallSilent() {
        deaf = true;
    }

    public void hearAgain() {
        deaf = false;
    }

    /** From now on sends a forged answer from another port before each that it was told to give over UDP. */
    public void spoofFromAnotherPort(InetAddress forged) {
        spoof = forged;
    }

    /** Returns when it last answered, by {@link System#nanoTime}. */
    public long answeredNanos() {
        return answeredNanos;
    }

    /** Returns how many forged answers were sent. */
    public int spoofed() {
        return spoofed.get();
    }

    private void spoof(Message query, SocketAddress client) throws IOException {
        InetAddress forged = spoof;
        if (forged != null) {
            Message reply = reply(query, Rcode.NOERROR);
            reply.addRecord(record(query.getQuestion().getName(), forged, TTL), Section.ANSWER);
            byte[] bytes = wire(reply, false);
            try (DatagramSocket elsewhere = new DatagramSocket(0, udp.getLocalAddress())) {
                elsewhere.send(new DatagramPacket(bytes, bytes.length, client));
            }
            spoofed.incrementAndGet();
        }
    }

    /** From now on hangs up on who comes by TCP. */
    public void closeTcp() {
        closesTcp = true;
    }

    /** Returns an answer to a query that has its question, and nothing else yet. */
    public static Message reply(Message query, int rcode) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        if (rcode == Rcode.NXDOMAIN) {
            try {
                Name zone = Name.fromString("test.");
                reply.addRecord(new SOARecord(zone, DClass.IN, TTL, zone, zone, 1, 1, 1, 1, TTL), Section.AUTHORITY);
            } catch (TextParseException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return reply;
    }

    public static Record record(Name name, InetAddress address, int ttl) {
        return address instanceof Inet4Address
                ? new ARecord(name, DClass.IN, ttl, address)
                : new AAAARecord(name, DClass.IN, ttl, address);
    }

    /** Returns the bytes, cut to what fits and marked so where they go by UDP. */
    public static byte[] wire(Message reply, boolean overTcp) {
        return reply.toWire(overTcp ? Message.MAXLENGTH : 1232);
    }

    private static String key(int type, String name) {
        return Type.string(type) + " " + name.toLowerCase(Locale.ROOT);
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                SocketAddress client = packet.getSocketAddress();
                spoof(query, client);
                handle(query, false, bytes -> udp.send(new DatagramPacket(bytes, bytes.length, client)));
            } catch (IOException closed) {
                // The loop looks.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                connections.add(client);
                start("tcp-connection", () -> serve(client));
            } catch (IOException closed) {
                // The loop looks.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (!closesTcp) {
                byte[] bytes = new byte[in.readUnsignedShort()];
                in.readFully(bytes);
                if (closesTcp) {
                    queries.add("tcp, closed");
                    return;
                }
                handle(new Message(bytes), true, answer -> {
                    synchronized (out) {
                        out.writeShort(answer.length);
                        out.write(answer);
                        out.flush();
                    }
                });
            }
        } catch (IOException gone) {
            // It was the client's to end.
        }
    }

    private interface Sender {
        void send(byte[] bytes) throws IOException;
    }

    private void handle(Message query, boolean overTcp, Sender sender) {
        String key =
                key(query.getQuestion().getType(), query.getQuestion().getName().toString());
        queries.add((overTcp ? "tcp " : "") + key);
        if (deaf) {
            return;
        }
        // A name that has records of another type exists.
        String name = key.substring(key.indexOf(' '));
        int rcode = rules.keySet().stream().anyMatch(known -> known.endsWith(name)) ? Rcode.NOERROR : Rcode.NXDOMAIN;
        Rule rule = rules.getOrDefault(
                key, new Rule(Duration.ZERO, (unknown, tcpToo) -> wire(reply(unknown, rcode), tcpToo)));
        Runnable answering = () -> {
            try {
                byte[] bytes = rule.answer.to(query, overTcp);
                if (bytes != null) {
                    answeredNanos = System.nanoTime();
                    sender.send(bytes);
                }
            } catch (IOException gone) {
                // Nobody is there to be answered.
            }
        };
        if (rule.delay.isZero()) {
            answering.run();
        } else {
            threads.schedule(answering, rule.delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        udp.close();
        threads.shutdownNow();
        try {
            tcp.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException ignored) {
            // A test fixture that is going away.
        }
    }
}
