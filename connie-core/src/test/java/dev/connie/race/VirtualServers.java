package dev.connie.race;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Servers behind a simulated network, and a driver that runs a {@link Race} and then its {@link Opening} over them in
 * virtual time. Times are milliseconds: of connects since their start, of answers since the whole hello was sent, of what
 * the client does since the start of the race.
 *
 * <pre>{@code
 * var played = servers().mute("a", 10).answers("b", 30, 20).helloAt(50).play();
 * assertThat(played).containsExactly("0 start a", "0 start b", "10 won a", "30 connected b", "50 ask a", ...);
 * }</pre>
 */
final class VirtualServers {
    private static final long MS = 1_000_000;

    /** What a server does once it was sent the hello, or if it greets, once it is connected; null for nothing. */
    private record Server(
            InetSocketAddress address,
            long connectMillis,
            boolean connects,
            boolean greets,
            @Nullable Deed deed) {}

    /** Says these bytes, or ends the connection if there are none. */
    private record Deed(
            long afterMillis, byte[] bytes, @Nullable IOException end) {}

    private record Event(long nanos, int order, Runnable deed) {}

    private final Map<String, Server> servers = new LinkedHashMap<>();
    private RacePolicy policy = RacePolicy.allAtOnce();
    private final Set<Integer> startsWithoutDescriptor = new HashSet<>();
    private final Map<Long, Runnable> clientDeeds = new LinkedHashMap<>();
    private long timeoutMillis = 10_000;

    // The state of a play.
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingInt(Event::order));
    private final List<String> happened = new ArrayList<>();
    private final Map<Attempt, FirstAnswer> answers = new HashMap<>();
    private final Set<Attempt> closed = new HashSet<>();
    private final List<Attempt> asked = new ArrayList<>();
    private @Nullable Race race;
    private @Nullable Opening opening;
    private boolean helloIsWhole;
    private int order;
    private int starts;
    private long now;

    private VirtualServers() {}

    static VirtualServers servers() {
        return new VirtualServers();
    }

    VirtualServers answers(String name, long connectMillis, long afterMillis) {
        return asked(name, connectMillis, new Deed(afterMillis, new byte[] {0x16, 3, 3, 0, 100}, null));
    }

    VirtualServers mute(String name, long connectMillis) {
        return asked(name, connectMillis, null);
    }

    VirtualServers closes(String name, long connectMillis, long afterMillis) {
        return asked(name, connectMillis, new Deed(afterMillis, new byte[0], new EOFException("end of stream")));
    }

    VirtualServers resets(String name, long connectMillis, long afterMillis) {
        return asked(name, connectMillis, new Deed(afterMillis, new byte[0], new SocketException("Connection reset")));
    }

    VirtualServers alerts(String name, long connectMillis, long afterMillis, int level, int description) {
        return says(name, connectMillis, afterMillis, new byte[] {0x15, 3, 3, 0, 2, (byte) level, (byte) description});
    }

    VirtualServers says(String name, long connectMillis, long afterMillis, byte[] bytes) {
        return asked(name, connectMillis, new Deed(afterMillis, bytes, null));
    }

    /** Says something by itself, after so long a time since it was connected to. */
    VirtualServers greets(String name, long connectMillis, long afterMillis) {
        return host(name, connectMillis, true, true, new Deed(afterMillis, new byte[] {'2', '2', '0'}, null));
    }

    /** Ends the connection by itself, after so long a time since it was connected to. */
    VirtualServers hangsUp(String name, long connectMillis, long afterMillis) {
        return host(name, connectMillis, true, true, new Deed(afterMillis, new byte[0], new EOFException("end")));
    }

    VirtualServers refusesConnects(String name, long connectMillis) {
        return host(name, connectMillis, false, false, null);
    }

    VirtualServers drops(String name) {
        return host(name, -1, false, false, null);
    }

    private VirtualServers asked(String name, long connectMillis, @Nullable Deed deed) {
        return host(name, connectMillis, true, false, deed);
    }

    private VirtualServers host(
            String name, long connectMillis, boolean connects, boolean greets, @Nullable Deed deed) {
        servers.put(
                name,
                new Server(VirtualNetwork.address(name, servers.size() + 1), connectMillis, connects, greets, deed));
        return this;
    }

    InetSocketAddress addressOf(String name) {
        return servers.get(name).address;
    }

    VirtualServers policy(RacePolicy racePolicy) {
        policy = racePolicy;
        return this;
    }

    /** The client writes its whole hello then. */
    VirtualServers helloAt(long millis) {
        return client(millis, () -> {
            opening().helloBegun(now);
            helloIsWhole = true;
            opening().helloWhole(now);
        });
    }

    /** The client writes the first part of its hello at one time, and the rest at another. */
    VirtualServers helloInTwoParts(long millis, long restMillis) {
        client(millis, () -> opening().helloBegun(now));
        return client(restMillis, () -> {
            helloIsWhole = true;
            if (opening().isOver()) {
                return;
            }
            opening().helloWhole(now);
            asked.forEach(each -> sent(each));
        });
    }

    /** The client writes something that cannot be said twice. */
    VirtualServers commitsAt(long millis) {
        return client(millis, () -> opening().commit(now));
    }

    VirtualServers givesBackAt(long millis) {
        return client(
                millis,
                () -> opening().giveBack().forEach(each -> {
                    closed.add(each);
                    happened("give back", each);
                }));
    }

    VirtualServers abandonedAt(long millis) {
        return client(millis, () -> opening().abandon(now));
    }

    private VirtualServers client(long millis, Runnable deed) {
        clientDeeds.put(millis, deed);
        return this;
    }

    /** The process has no descriptor left at its n-th attempt to start one, counted from 1. */
    VirtualServers noDescriptorAtStart(int n) {
        startsWithoutDescriptor.add(n);
        return this;
    }

    /** After that time nothing happens any more. */
    VirtualServers timeout(long millis) {
        timeoutMillis = millis;
        return this;
    }

    /** Plays, and returns what happened. */
    List<String> play() {
        runRace();
        if (opening == null) {
            happened.add(now / MS + " alone");
            return happened;
        }
        clientDeeds.forEach((millis, deed) -> at(Math.max(now, millis * MS), deed));
        while (!opening().isOver()) {
            drive();
            if (opening().isOver()) {
                break;
            }
            long wake = opening().nanosUntilNextEvent(now);
            long wakeAt = wake == Long.MAX_VALUE ? wake : now + wake;
            if (!events.isEmpty() && events.peek().nanos <= wakeAt) {
                now = events.peek().nanos;
                events.remove().deed.run();
            } else {
                now = wakeAt;
            }
            if (now > timeoutMillis * MS) {
                happened.add(timeoutMillis + " timed out");
                return happened;
            }
        }
        Attempt connection = opening().connection();
        if (connection == null) {
            happened.add(now / MS + " abandoned");
        } else {
            happened("connection", connection);
        }
        return happened;
    }

    /** Plays, and returns what happened from the first hello on. */
    List<String> playFromHello() {
        List<String> all = play();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).contains(" ask ")) {
                return all.subList(i, all.size());
            }
        }
        return all;
    }

    RaceReport report() {
        return opening().report(now);
    }

    Opening opening() {
        if (opening == null) {
            throw new IllegalStateException("there is none");
        }
        return opening;
    }

    /** Returns false if the race was lost, or nobody was left to choose from. */
    boolean hasOpening() {
        return opening != null;
    }

    long nowNanos() {
        return now;
    }

    @Override
    public String toString() {
        return String.join(", ", happened);
    }

    private void runRace() {
        Race running = new Race(
                policy, servers.values().stream().map(Server::address).toList(), Duration.ZERO, Race.MAX_ADDRESSES, 0);
        race = running;
        while (running.isRunning(now)) {
            for (Attempt due = running.startNext(now); due != null; due = running.startNext(now)) {
                start(due);
            }
            long wake = running.nanosUntilNextEvent(now);
            if (!events.isEmpty() && (wake == Long.MAX_VALUE || events.peek().nanos <= now + wake)) {
                now = events.peek().nanos;
                events.remove().deed.run();
            } else {
                now += wake;
            }
        }
        opening = running.opening();
    }

    private void start(Attempt attempt) {
        happened("start", attempt);
        Server server = serverOf(attempt);
        if (server.connectMillis >= 0) {
            at(now + server.connectMillis * MS, () -> connectEnds(attempt, server));
        }
    }

    private void connectEnds(Attempt attempt, Server server) {
        if (closed.contains(attempt)) {
            return;
        }
        Opening open = opening;
        boolean racing = open == null && race != null;
        if (server.connects) {
            happened(racing ? "won" : "connected", attempt);
            if (racing) {
                race.connected(attempt, now);
            } else {
                opening().connected(attempt, now);
            }
            if (server.greets) {
                schedule(attempt, server.deed);
            }
        } else {
            happened("failed", attempt);
            if (racing) {
                race.failed(attempt, new ConnectException("Connection refused"), now);
            } else {
                opening().failed(attempt, new ConnectException("Connection refused"), now);
            }
        }
    }

    private void schedule(Attempt attempt, @Nullable Deed deed) {
        if (deed != null) {
            at(now + deed.afterMillis * MS, () -> hear(attempt, deed));
        }
    }

    private void hear(Attempt attempt, Deed deed) {
        if (closed.contains(attempt) || opening().isOver()) {
            return;
        }
        if (deed.end != null) {
            happened("failed", attempt);
            opening().failed(attempt, deed.end, now);
            return;
        }
        FirstAnswer answer = answers.computeIfAbsent(attempt, key -> new FirstAnswer());
        int position = 0;
        while (position < deed.bytes.length && !opening().isOver() && answer.wanted() > 0) {
            int count = Math.min(answer.wanted(), deed.bytes.length - position);
            System.arraycopy(deed.bytes, position, answer.bytes(), answer.length(), count);
            answer.added(count);
            position += count;
            opening().heard(attempt, answer, now);
            if (opening().report(attempt, now).outcome() == Outcome.FAILED) {
                happened("failed", attempt);
                return;
            }
        }
    }

    private void drive() {
        for (Attempt due = opening().startNext(now);
                due != null;
                due = opening().startNext(now)) {
            starts++;
            if (startsWithoutDescriptor.contains(starts)) {
                if (opening().postpone(due, now)) {
                    happened("postponed", due);
                } else {
                    happened("failed", due);
                    opening().failed(due, new SocketException("Too many open files"), now);
                }
            } else {
                start(due);
            }
        }
        for (Attempt due = opening().askNext(now); due != null; due = opening().askNext(now)) {
            happened("ask", due);
            asked.add(due);
            if (helloIsWhole) {
                sent(due);
            }
        }
    }

    private void sent(Attempt attempt) {
        if (opening().keeps(attempt)) {
            opening().asked(attempt, now);
            Server server = serverOf(attempt);
            if (!server.greets) {
                schedule(attempt, server.deed);
            }
        }
    }

    private Server serverOf(Attempt attempt) {
        return servers.get(attempt.address().getHostString());
    }

    private void at(long nanos, Runnable deed) {
        events.add(new Event(nanos, order++, deed));
    }

    private void happened(String what, Attempt attempt) {
        happened.add(now / MS + " " + what + " " + attempt.address().getHostString());
    }
}
