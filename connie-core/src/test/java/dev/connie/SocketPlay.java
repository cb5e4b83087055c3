package dev.connie;

import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One socket put through one case, and what was seen of it: values, exceptions and their messages, in order. */
public final class SocketPlay implements AutoCloseable {
    /** A case: what is done to the socket, and asked of it. */
    interface Script {
        void play(SocketPlay play) throws Exception;
    }

    /** Something done to a socket; what it returns is noted. */
    interface Act {
        @Nullable
        Object run() throws Exception;
    }

    /** Something done to a socket. */
    interface Deed {
        void run() throws Exception;
    }

    /** A case and its name. */
    record Case(String name, Script script) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final int BOUND_SECONDS = 20;

    /** Who has been at one place for so long, where one can block, is blocked. */
    private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    final Socket socket;
    private final List<String> seen = new ArrayList<>();
    private final Map<Integer, String> portNames = new LinkedHashMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable ServerSocket server;

    private SocketPlay(Socket socket) {
        this.socket = socket;
        open.push(socket);
    }

    /** Plays the case on a thread of its own; returns what was seen. */
    static List<String> seenIn(Script script, Socket socket) throws Exception {
        try (SocketPlay play = new SocketPlay(socket)) {
            play.start("case", () -> {
                        script.play(play);
                        return "played";
                    })
                    .end();
            return List.copyOf(play.seen);
        }
    }

    /** Notes what came of it: the value, or the exception. */
    void see(String what, Act act) {
        note(what, outcomeOf(act));
    }

    /** Notes that it was done, or the exception. */
    void attempt(String what, Deed deed) {
        see(what, () -> {
            deed.run();
            return "done";
        });
    }

    void note(String what, Object outcome) {
        namePort(socket.getLocalPort(), "<local>");
        String line = what + ": " + outcome;
        for (Map.Entry<Integer, String> port : portNames.entrySet()) {
            line = line.replaceAll("\\b" + port.getKey() + "\\b", port.getValue());
        }
        synchronized (seen) {
            seen.add(line);
        }
    }

    /** Gives a port a name for the notes, since its number is another each time. */
    void namePort(int port, String name) {
        if (port > 0) {
            portNames.putIfAbsent(port, name);
        }
    }

    /** Notes everything that a socket says about itself. */
    void seeState(String when) {
        see(when + " isConnected", socket::isConnected);
        see(when + " isBound", socket::isBound);
        see(when + " isClosed", socket::isClosed);
        see(when + " isInputShutdown", socket::isInputShutdown);
        see(when + " isOutputShutdown", socket::isOutputShutdown);
        see(when + " getInetAddress", socket::getInetAddress);
        see(when + " getPort", socket::getPort);
        see(when + " getRemoteSocketAddress", socket::getRemoteSocketAddress);
        see(when + " getLocalAddress", socket::getLocalAddress);
        see(when + " getLocalPort", socket::getLocalPort);
        see(when + " getLocalSocketAddress", socket::getLocalSocketAddress);
        see(when + " getChannel", socket::getChannel);
        see(when + " toString", socket::toString);
    }

    /** Returns a server on 127.0.0.1; the same each time. */
    ServerSocket server() throws IOException {
        ServerSocket listening = server;
        if (listening == null) {
            listening = toClose(new ServerSocket());
            // Small, so that a writer blocks soon.
            listening.setReceiveBufferSize(16 * 1024);
            listening.bind(new InetSocketAddress(loopback(), 0));
            namePort(listening.getLocalPort(), "<server>");
            server = listening;
        }
        return listening;
    }

    InetSocketAddress target() throws IOException {
        return new InetSocketAddress(loopback(), server().getLocalPort());
    }

    /** Connects the socket; returns the server's end. */
    Socket connect() throws IOException {
        socket.connect(target());
        return toClose(server().accept());
    }

    /** Returns an address that answers no SYN. */
    InetSocketAddress silent() {
        LoopbackNetwork network = toClose(LoopbackNetwork.open());
        namePort(network.port(), "<silent>");
        return network.at(network.silent());
    }

    /** Returns an address where nobody listens. */
    InetSocketAddress refusing() {
        LoopbackNetwork network = toClose(LoopbackNetwork.open());
        namePort(network.port(), "<refusing>");
        return network.at(network.refusing());
    }

    /** Closes it after the case. */
    <T extends AutoCloseable> T toClose(T resource) {
        open.push(resource);
        return resource;
    }

    static InetAddress loopback() throws IOException {
        // Without a name, or there would be other addresses of it to race.
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Closes the connection by a reset. */
    static void reset(Socket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    /** Waits until the socket has received something, or the end, or a reset; reads nothing. */
    void awaitArrival(int bytes) throws Exception {
        InputStream in = socket.getInputStream();
        awaitTrue(() -> in.available() >= bytes);
    }

    public static void awaitTrue(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + BOUND_SECONDS + " s");
            }
            Thread.yield();
        }
    }

    /** Waits until the thread is inside a method of this class, or has ended. */
    public static void awaitInside(Class<?> place, Thread thread) throws Exception {
        awaitTrue(() -> thread.getState() == Thread.State.TERMINATED
                || Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(place.getName())));
    }

    /** Starts something that may block, on a thread of its own. */
    Acting start(String what, Act act) {
        return start(what, act, false);
    }

    /** Starts it on a virtual thread. */
    Acting startVirtually(String what, Act act) {
        return start(what, act, true);
    }

    private Acting start(String what, Act act, boolean virtually) {
        FutureTask<Object> task = new FutureTask<>(() -> outcomeOf(act));
        return new Acting(what, task, virtually ? startVirtualThread(task) : startThread(task));
    }

    public static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= 21;
    }

    private static Thread startThread(Runnable task) {
        Thread thread = new Thread(task, "acting");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    public static Thread startVirtualThread(Runnable task) {
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            return (Thread) start.invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object outcomeOf(Act act) {
        try {
            return String.valueOf(act.run());
        } catch (AssertionError e) {
            throw e;
        } catch (Throwable e) {
            return e.getClass().getName() + " " + Optional.ofNullable(e.getMessage());
        }
    }

    /** Something under way on another thread. */
    final class Acting {
        final Thread thread;
        private final String what;
        private final FutureTask<Object> task;

        private Acting(String what, FutureTask<Object> task, Thread thread) {
            this.what = what;
            this.task = task;
            this.thread = thread;
        }

        /** Waits until the thread waits in the kernel or is parked, and stays there. */
        Acting awaitBlocked() throws Exception {
            StackTraceElement[] place = {};
            long sinceNanos = System.nanoTime();
            while (System.nanoTime() - sinceNanos < BLOCKED_NANOS) {
                if (task.isDone()) {
                    throw new AssertionError(what + " did not block: " + task.get());
                }
                StackTraceElement[] now = thread.getStackTrace();
                if (!isBlocked(now) || !Arrays.equals(now, place)) {
                    place = now;
                    sinceNanos = System.nanoTime();
                }
                Thread.yield();
            }
            return this;
        }

        private static boolean isBlocked(StackTraceElement[] stack) {
            return stack.length > 0
                    && (stack[0].isNativeMethod()
                            || stack[0].getMethodName().startsWith("park")
                            || stack[0].getMethodName().startsWith("yieldContinuation"));
        }

        /** Waits for its end and notes what came of it. */
        void end() throws Exception {
            note(what, outcome());
        }

        Object outcome() throws Exception {
            try {
                return task.get(BOUND_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                AssertionError hangs = new AssertionError(what + " hangs; seen so far: " + seen);
                hangs.setStackTrace(thread.getStackTrace());
                throw hangs;
            }
        }
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
