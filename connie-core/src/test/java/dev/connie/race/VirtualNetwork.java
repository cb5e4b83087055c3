package dev.connie.race;

import dev.connie.race.Moment.What;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
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
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network of named hosts, and a driver that runs a real {@link Race} over it in virtual time: no clock, no sleeping.
 *
 * <pre>{@code
 * var race = network().rfc8305().refuses("a", 260).drops("b").accepts("c", 10).race();
 * assertThat(race).containsExactly("0 start a", "250 start b", "260 failed a", "260 start c", ...);
 * }</pre>
 *
 * <p>Times are milliseconds since the start of the race. Hosts are resolved in the order in which they are named; those
 * whose name begins with {@code six} have an IPv6 address. A host that answers after 0 ms does so within connect().
 *
 * <p>The driver is the drivers' of the library in small: it learns what the network did, tells the race in the order of
 * the attempts' starts, starts what is due, and sleeps as long as the race lets it.
 */
public final class VirtualNetwork {
    private static final int PORT = 443;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What comes of a SYN, and when; a null answer is never heard. */
    private record Host(InetSocketAddress address, long millis, Supplier<@Nullable Answer> answer) {}

    /** A connection if there is no error. */
    private record Answer(boolean wasSent, @Nullable IOException error) {
        static final Answer CONNECTED = new Answer(true, null);
    }

    /** What the network has under way to the driver. */
    private record Event(long nanos, int order, Attempt attempt, Answer answer) {}

    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, Long> knownFrom = new HashMap<>();
    private final TreeMap<Long, List<String>> lateAnswers = new TreeMap<>();
    private @Nullable List<String> resolved;
    private final Set<Integer> startsWithoutDescriptor = new HashSet<>();
    private RacePolicy policy = RacePolicy.allAtOnce();
    private Duration timeout = Duration.ZERO;
    private int maxAttemptsInFlight = Integer.MAX_VALUE;
    private boolean changing;
    private boolean clockRunsOn;
    private long clockStartNanos;
    private long timersLateNanos;
    private long stallStartNanos = Long.MAX_VALUE;
    private long stallEndNanos = Long.MAX_VALUE;
    private long abandonNanos = Long.MAX_VALUE;

    private VirtualNetwork() {}

    /** Returns a network without hosts, whose race has no deadline and starts all attempts at once. */
    public static VirtualNetwork network() {
        return new VirtualNetwork();
    }

    public VirtualNetwork accepts(String name, long millis) {
        return host(name, millis, () -> Answer.CONNECTED);
    }

    public VirtualNetwork refuses(String name, long millis) {
        return host(name, millis, () -> new Answer(true, new ConnectException("Connection refused")));
    }

    /** A black hole. */
    public VirtualNetwork drops(String name) {
        return host(name, 0, () -> null);
    }

    /** No route: connect() fails at once and no packet leaves the machine. */
    public VirtualNetwork unreachable(String name) {
        return host(name, 0, () -> new Answer(false, new SocketException("Network is unreachable")));
    }

    private VirtualNetwork host(String name, long millis, Supplier<@Nullable Answer> answer) {
        Host changed = hosts.get(name);
        if (changed != null && !changing) {
            throw new IllegalArgumentException("two hosts of the name " + name);
        }
        InetSocketAddress address = changed == null ? address(name, hosts.size() + 1) : changed.address;
        hosts.put(name, new Host(address, millis, answer));
        return this;
    }

    /** Hosts that are named from here on may be such as were there before, and behave otherwise from now on. */
    public VirtualNetwork now() {
        changing = true;
        return this;
    }

    /** Each further race begins when the one before it has ended, by the same clock. */
    public VirtualNetwork raceAfterRace() {
        clockRunsOn = true;
        return this;
    }

    /** Lets time pass until the next race. */
    public VirtualNetwork rest(long millis) {
        clockStartNanos += nanos(millis);
        return this;
    }

    /** Returns what the clock of the next race shows when it begins. */
    public long clockNanos() {
        return clockStartNanos;
    }

    /** Returns the address of a host. */
    public InetSocketAddress addressOf(String name) {
        return hosts.get(name).address;
    }

    /** Returns a documentation address that carries the name, so that nobody looks it up. */
    static InetSocketAddress address(String name, int number) {
        if (number > 254) {
            throw new IllegalArgumentException("192.0.2.0/24 has no host " + number);
        }
        byte[] ip = new byte[name.startsWith("six") ? 16 : 4];
        if (ip.length == 16) {
            ip[0] = 0x20;
            ip[1] = 0x01;
            ip[2] = 0x0d;
            ip[3] = (byte) 0xb8;
        } else {
            ip[0] = (byte) 192;
            ip[2] = 2;
        }
        ip[ip.length - 1] = (byte) number;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(name, ip), PORT);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are addresses", e);
        }
    }

    /** The race learns of this host's address only now. */
    public VirtualNetwork knownFrom(String name, long millis) {
        knownFrom.put(name, millis);
        return this;
    }

    /** The resolver gives these hosts' addresses, in this order, some perhaps twice; unless set, each host's. */
    public VirtualNetwork resolvesTo(List<String> names) {
        resolved = List.copyOf(names);
        return this;
    }

    /** The race is told of this host's address later, perhaps not for the first time. */
    public VirtualNetwork resolvesLater(String name, long millis) {
        lateAnswers.computeIfAbsent(nanos(millis), time -> new ArrayList<>()).add(name);
        return this;
    }

    public VirtualNetwork policy(RacePolicy racePolicy) {
        policy = racePolicy;
        return this;
    }

    public VirtualNetwork rfc8305() {
        return policy(RacePolicy.rfc8305());
    }

    public VirtualNetwork timeout(long millis) {
        timeout = Duration.ofMillis(millis);
        return this;
    }

    public VirtualNetwork maxAttemptsInFlight(int count) {
        maxAttemptsInFlight = count;
        return this;
    }

    /** The process has no descriptor left at its n-th attempt to start one, counted from 1. */
    public VirtualNetwork noDescriptorAtStart(int n) {
        startsWithoutDescriptor.add(n);
        return this;
    }

    /** What the driver's clock shows when the race begins. */
    public VirtualNetwork clockStartsAt(long nanos) {
        clockStartNanos = nanos;
        return this;
    }

    /** The driver's timers all fire that late; what the network does wakes it in time. */
    public VirtualNetwork timersFireLate(long millis) {
        timersLateNanos = nanos(millis);
        return this;
    }

    /** The driver does not run from one time to the other. */
    public VirtualNetwork driverStalls(long fromMillis, long toMillis) {
        stallStartNanos = nanos(fromMillis);
        stallEndNanos = nanos(toMillis);
        return this;
    }

    public VirtualNetwork abandonedAt(long millis) {
        abandonNanos = nanos(millis);
        return this;
    }

    /** Runs the race. Returns what happened, each event as its time, what it is, and the host's name. */
    public List<String> race() {
        return begin().run().moments.stream()
                .filter(moment -> !(moment instanceof Moment.Slept))
                .map(Moment::toString)
                .toList();
    }

    /** Runs the race. Returns its report. */
    public RaceReport report() {
        return begin().run().report();
    }

    /** Begins the race, for whoever runs several side by side. */
    Driver begin() {
        Driver driver = new Driver();
        driver.goOn();
        return driver;
    }

    private static long nanos(long millis) {
        return millis * NANOS_PER_MILLI;
    }

    /** One run. Its times are nanoseconds since the start of the race. */
    final class Driver {
        final List<Moment> moments = new ArrayList<>();
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingInt(Event::order));
        private final TreeMap<Long, List<InetSocketAddress>> late = new TreeMap<>();
        private final Race race;
        private long now;
        private long wakeNanos;
        private int starts;
        private boolean won;
        private @Nullable RaceReport report;

        // As it was when this race began.
        private final long startNanos = clockStartNanos;

        Driver() {
            List<InetSocketAddress> known = new ArrayList<>();
            for (String name : resolved == null ? hosts.keySet() : resolved) {
                Long from = knownFrom.get(name);
                (from == null ? known : lateAt(nanos(from))).add(hosts.get(name).address);
            }
            lateAnswers.forEach(
                    (nanos, names) -> names.forEach(name -> lateAt(nanos).add(hosts.get(name).address)));
            race = new Race(policy, known, timeout, maxAttemptsInFlight, clock());
        }

        private long clock() {
            return startNanos + now;
        }

        private List<InetSocketAddress> lateAt(long nanos) {
            return late.computeIfAbsent(nanos, time -> new ArrayList<>());
        }

        Driver run() {
            while (!isOver()) {
                wake();
            }
            return this;
        }

        boolean isOver() {
            return report != null;
        }

        RaceReport report() {
            if (report == null) {
                throw new IllegalStateException("the race is not over");
            }
            return report;
        }

        long nowNanos() {
            return now;
        }

        /** When {@link #wake} is due. */
        long wakeNanos() {
            return wakeNanos;
        }

        void wake() {
            now = wakeNanos;
            hearFromTheNetwork();
            learnLateAddresses();
            if (now >= abandonNanos) {
                end();
            } else {
                goOn();
            }
        }

        private void goOn() {
            startDue();
            if (won || !goesOn()) {
                end();
                return;
            }
            long sleep = race.nanosUntilNextEvent(clock());
            moments.add(new Moment.Slept(now, sleep, race.report(clock())));
            wakeNanos = nextWake(sleep);
            if (wakeNanos == Long.MAX_VALUE) {
                moments.add(new Moment.WaitsForEver(now));
                end();
            }
        }

        private void end() {
            race.abandon(clock());
            report = race.report(clock());
            if (race.startNext(clock()) != null || race.nanosUntilNextEvent(clock()) != Long.MAX_VALUE) {
                throw new AssertionError("goes on after the end: " + report);
            }
            if (clockRunsOn) {
                clockStartNanos = clock();
            }
            for (AttemptReport attempt : report.attempts()) {
                switch (attempt.outcome()) {
                    case LOST -> happened(What.LOST, attempt.address());
                    case TIMED_OUT -> happened(What.TIMED_OUT, attempt.address());
                    case ABANDONED -> happened(What.ABANDONED, attempt.address());
                    case RUNNING -> throw new AssertionError("still running after the end: " + attempt);
                    case WON, FAILED, NOT_SENT -> {}
                }
            }
        }

        private boolean goesOn() {
            return race.isRunning(clock()) || !late.isEmpty() && !race.isOutOfTime(clock());
        }

        private void startDue() {
            while (!won) {
                Attempt attempt = race.startNext(clock());
                if (attempt == null) {
                    return;
                }
                starts++;
                if (startsWithoutDescriptor.contains(starts)) {
                    if (race.postpone(attempt, clock())) {
                        happened(What.POSTPONED, attempt.address());
                    } else {
                        end(attempt, new Answer(false, new SocketException("Too many open files")));
                    }
                    continue;
                }
                happened(What.START, attempt.address());
                Host host = hosts.get(attempt.address().getHostString());
                Answer answer = host.answer.get();
                if (answer != null && host.millis == 0) {
                    end(attempt, answer);
                } else if (answer != null) {
                    events.add(new Event(now + nanos(host.millis), starts, attempt, answer));
                }
            }
        }

        private long nextWake(long sleep) {
            long wake = sleep == Long.MAX_VALUE ? sleep : now + sleep + timersLateNanos;
            wake = Math.min(wake, abandonNanos);
            if (!events.isEmpty()) {
                wake = Math.min(wake, events.peek().nanos);
            }
            if (!late.isEmpty()) {
                wake = Math.min(wake, late.firstKey());
            }
            return wake >= stallStartNanos && wake < stallEndNanos ? stallEndNanos : wake;
        }

        private void hearFromTheNetwork() {
            List<Event> ready = new ArrayList<>();
            while (!events.isEmpty() && events.peek().nanos <= now) {
                ready.add(events.remove());
            }
            ready.sort(Comparator.comparingInt(Event::order));
            for (Event event : ready) {
                if (!won) {
                    end(event.attempt, event.answer);
                }
            }
        }

        private void learnLateAddresses() {
            while (!won && !late.isEmpty() && late.firstKey() <= now) {
                List<InetSocketAddress> addresses = late.pollFirstEntry().getValue();
                addresses.forEach(address -> happened(What.LEARN, address));
                race.add(addresses);
            }
        }

        private void end(Attempt attempt, Answer answer) {
            if (answer.error == null) {
                race.connected(attempt, clock());
                won = true;
                happened(What.WON, attempt.address());
            } else if (answer.wasSent) {
                race.failed(attempt, answer.error, clock());
                happened(What.FAILED, attempt.address());
            } else {
                race.notSent(attempt, answer.error, clock());
                happened(What.NOT_SENT, attempt.address());
            }
        }

        private void happened(What what, InetSocketAddress address) {
            moments.add(new Moment.Happened(now, what, address.getHostString()));
        }
    }
}
