package dev.connie.internal.drive;

import dev.connie.RaceListener;
import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.names.OwnAddresses;
import dev.connie.internal.observe.FlightRecording;
import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes and limits the races of one connector: policy, limits, listener, and what is remembered from one race to the
 * next. A connector holds one and hands it down to whatever races for it. Thread-safe.
 */
public final class RaceSetup {
    private final RacePolicy policy;
    private final int maxAttemptsInFlight;
    private final AttemptPermits permits;
    private final OwnAddresses ownAddresses;
    private final @Nullable GuardedListener listener;
    private final @Nullable PolicyFeedback feedback;
    private final @Nullable RegretSampler regretSampler;
    private final boolean toFirstByte;
    private final RecentWinners recentWinners = new RecentWinners();

    /**
     * @param ownAddresses tells the policy of a change of network, if the policy learns
     * @param listener told of attempts and races
     * @param feedback what is told to a policy that learns; null if it does not
     * @param regretSampler may let losers finish
     * @param toFirstByte whether races of sockets go on until the server speaks
     */
    public RaceSetup(
            RacePolicy policy,
            int maxAttemptsInFlight,
            AttemptPermits permits,
            OwnAddresses ownAddresses,
            @Nullable GuardedListener listener,
            @Nullable PolicyFeedback feedback,
            @Nullable RegretSampler regretSampler,
            boolean toFirstByte) {
        this.policy = policy;
        this.maxAttemptsInFlight = maxAttemptsInFlight;
        this.permits = permits;
        this.ownAddresses = ownAddresses;
        this.listener = listener;
        this.feedback = feedback;
        this.regretSampler = regretSampler;
        this.toFirstByte = toFirstByte;
        if (feedback != null) {
            ownAddresses.tell(feedback, System.nanoTime());
        }
    }

    /** Begins a race. */
    public Race newRace(Collection<InetSocketAddress> addresses, Duration timeout) {
        long now = System.nanoTime();
        if (feedback != null) {
            ownAddresses.look(now);
        }
        return new Race(policy, addresses, timeout, maxAttemptsInFlight, now);
    }

    /** Begins a race whose attempts are channels from this source. */
    public AttemptChannels attempts(Collection<InetSocketAddress> addresses, Duration timeout, ChannelSource source) {
        // First, since its recording begins with it.
        GuardedListener ofRace = listenerOfRace();
        return new AttemptChannels(newRace(addresses, timeout), source, permits, ofRace, regretSampler, toFirstByte);
    }

    /**
     * Begins a race to a host's addresses, which those that become known later join.
     *
     * @throws UnknownHostException if it has none
     */
    public AttemptChannels attempts(HostAddresses host, int port, Duration timeout, ChannelSource source)
            throws UnknownHostException {
        List<InetAddress> first = host.first();
        AttemptChannels channels = attempts(withPort(first, port), host.timeLeft(timeout), source);
        if (host.known().size() > first.size() || host.mayGrow()) {
            channels.addLate(new LateAddresses(host, first.size(), late -> withPort(late, port)));
        }
        return channels;
    }

    private static List<InetSocketAddress> withPort(List<InetAddress> addresses, int port) {
        List<InetSocketAddress> targets = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            targets.add(new InetSocketAddress(address, port));
        }
        return targets;
    }

    /** Returns who is told of one race. It never throws. */
    public RaceListener listener() {
        GuardedListener ofRace = listenerOfRace();
        return ofRace == null ? GuardedListener.NONE : ofRace;
    }

    private @Nullable GuardedListener listenerOfRace() {
        return GuardedListener.of(FlightRecording.ofRace(policy), listener);
    }

    /** Is told by the socket that got it of an address which connected and then gave no answer. */
    public void disappointed(InetSocketAddress address) {
        if (feedback != null) {
            feedback.disappointed(address, System.nanoTime());
        }
    }

    public RacePolicy policy() {
        return policy;
    }

    public AttemptPermits permits() {
        return permits;
    }

    /** Returns what lets losers finish; null if nothing does. */
    public @Nullable RegretSampler regretSampler() {
        return regretSampler;
    }

    public boolean racesToFirstByte() {
        return toFirstByte;
    }

    public RecentWinners recentWinners() {
        return recentWinners;
    }

    @Override
    public String toString() {
        return policy.toString();
    }
}
