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

    private RaceSetup(Builder with, SelectorLoop loop) {
        this.policy = with.policy == null ? RacePolicy.adaptive() : with.policy;
        this.maxAttemptsInFlight = with.maxAttemptsInFlight;
        this.permits = with.permits;
        this.ownAddresses = with.ownAddresses;
        this.listener = with.listener;
        this.feedback = with.feedback == null ? PolicyFeedback.to(policy) : with.feedback;
        this.regretSampler = with.regretOneRaceIn == 0 ? null : new RegretSampler(with.regretOneRaceIn, loop, feedback);
        this.toFirstByte = with.toFirstByte;
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
            channels.joiners().addLate(new LateAddresses(host, first.size(), late -> withPort(late, port)));
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

    /** Is told by a socket that its address connected and then gave no answer. */
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

    /** Returns what picks the races whose losers are watched; null if none are. */
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

    /** Collects what a {@link RaceSetup} is made with, each with a default. Not thread-safe. */
    public static final class Builder {
        // Null for an adaptive policy of its own.
        private @Nullable RacePolicy policy;
        private int maxAttemptsInFlight;
        private AttemptPermits permits = AttemptPermits.ofProcess();
        private OwnAddresses ownAddresses = OwnAddresses.PROCESS;
        private @Nullable GuardedListener listener;
        // Null for feedback to the policy.
        private @Nullable PolicyFeedback feedback;
        // 0 for none.
        private int regretOneRaceIn;
        private boolean toFirstByte = true;

        public Builder(int maxAttemptsInFlight) {
            this.maxAttemptsInFlight = maxAttemptsInFlight;
        }

        public Builder policy(RacePolicy policy) {
            this.policy = policy;
            return this;
        }

        /** @throws IllegalArgumentException if it is below 1 or above {@value Race#MAX_ADDRESSES} */
        public Builder maxAttemptsInFlight(int max) {
            if (max < 1 || max > Race.MAX_ADDRESSES) {
                throw new IllegalArgumentException(
                        "maxAttemptsInFlight of " + max + " is not in 1 to " + Race.MAX_ADDRESSES);
            }
            this.maxAttemptsInFlight = max;
            return this;
        }

        /** Sets what bounds the attempts of all races together; the bound of the process unless set. */
        public Builder permits(AttemptPermits permits) {
            this.permits = permits;
            return this;
        }

        /** Sets what tells a policy that learns of a change of network; the addresses of this machine unless set. */
        public Builder ownAddresses(OwnAddresses ownAddresses) {
            this.ownAddresses = ownAddresses;
            return this;
        }

        /** Sets who is told of attempts and races; nobody unless set. */
        public Builder listener(RaceListener listener) {
            this.listener = new GuardedListener(listener);
            return this;
        }

        /** Has somebody else told what a policy that learns is told. */
        public Builder feedback(PolicyFeedback feedback) {
            this.feedback = feedback;
            return this;
        }

        /**
         * Has the losers of one race in so many watched until they end; none unless set.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder sampleRegret(int oneRaceIn) {
            if (oneRaceIn < 1) {
                throw new IllegalArgumentException(
                        "sampleRegret: one race in " + oneRaceIn + " makes no sense; 1 is each race");
            }
            this.regretOneRaceIn = oneRaceIn;
            return this;
        }

        /** Sets whether races of sockets go on until the server speaks; true unless set. */
        public Builder raceToFirstByte(boolean on) {
            this.toFirstByte = on;
            return this;
        }

        /** @param loop the selector thread that watches losers */
        public RaceSetup build(SelectorLoop loop) {
            return new RaceSetup(this, loop);
        }
    }
}
