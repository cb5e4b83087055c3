package dev.connie;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.AsyncDriver;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.RegretSampler;
import dev.connie.internal.lineup.ClassPreloading;
import dev.connie.internal.lineup.LineupBook;
import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.names.Targets;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Connects to a host by racing TCP connects to its addresses: the first handshake wins, the others are closed. For sockets
 * the race goes on until the server speaks.
 *
 * <p>Thread-safe and immutable. Make one and keep it. A timeout bounds the whole race, from the moment the addresses
 * are known, and with a {@linkplain HostResolver#lookUp resolver that hands over addresses as they come} the wait for
 * the first of them too; zero means no limit but the system's own. The blocking methods race on the calling thread and
 * end with {@link java.nio.channels.ClosedByInterruptException} when it is interrupted, as a {@link SocketChannel}
 * does.
 */
public final class Connector implements AutoCloseable {
    /** How many attempts of one race may be under way at once, unless set. */
    public static final int DEFAULT_MAX_ATTEMPTS_IN_FLIGHT = 16;

    static {
        ClassPreloading.play();
    }

    private final RaceSetup races;
    private final HostResolver resolver;
    private final AsyncDriver asyncDriver;
    private final RacingSocketFactory socketFactory;

    private Connector(RaceSetup races, HostResolver resolver, AsyncDriver asyncDriver) {
        this.races = races;
        this.resolver = resolver;
        this.asyncDriver = asyncDriver;
        this.socketFactory = new RacingSocketFactory(races, resolver);
    }

    /**
     * Returns a connector that learns ({@link RacePolicy#adaptive}) and resolves names as the JVM does. It shares its
     * memory with no other: keep it, or each connect is a first contact.
     */
    public static Connector create() {
        return builder().build();
    }

    /** Returns a builder of connectors. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Resolves the host and races its addresses.
     *
     * @return a connected channel in blocking mode, the caller's to close
     * @throws UnknownHostException if the host has no address
     * @throws ConnectRaceException if every attempt failed
     * @throws ConnectRaceTimeoutException if the time was up first
     * @throws IllegalArgumentException if the host is empty, the port not in 1 to 65535, or the timeout negative
     */
    public SocketChannel connect(String host, int port, Duration timeout) throws IOException {
        Targets.require(host, port, timeout);
        return BlockingDriver.connect(races, HostAddresses.lookUp(resolver, host, timeout), port, timeout);
    }

    /**
     * Races these addresses; equal ones once, and of more than {@value Race#MAX_ADDRESSES} only the first.
     *
     * @return a connected channel in blocking mode, the caller's to close
     * @throws ConnectRaceException if every attempt failed
     * @throws ConnectRaceTimeoutException if the time was up first
     * @throws IllegalArgumentException if there is no address, one is unresolved, the wildcard address or has port 0, or
     *     the timeout is negative
     */
    public SocketChannel connect(List<InetSocketAddress> addresses, Duration timeout) throws IOException {
        List<InetSocketAddress> targets = Targets.requireConnectable(addresses, timeout);
        return BlockingDriver.connect(
                () -> Targets.nameOf(targets), races.attempts(targets, timeout, ChannelSource.PLAIN), Abort.NEVER);
    }

    /**
     * Does what {@link #connect(String, int, Duration)} does, without blocking: the name is resolved on a thread of
     * Connie's own and the race runs on one selector thread that all races of this connector share. Cancelling or
     * completing the future ends the race. It fails with what the blocking method throws, or with {@link
     * IllegalStateException} when this connector is closed. It completes on a thread of Connie's own on which its
     * dependent stages may block.
     *
     * @throws IllegalArgumentException as the blocking method does
     */
    public CompletableFuture<SocketChannel> connectAsync(String host, int port, Duration timeout) {
        Targets.require(host, port, timeout);
        return asyncDriver.race(
                Targets.nameOf(host, port),
                () -> HostAddresses.lookUp(resolver, host, timeout),
                addresses -> races.attempts(addresses, port, timeout, ChannelSource.PLAIN));
    }

    /**
     * Does what {@link #connect(List, Duration)} does, without blocking. Cancelling or completing the future ends the
     * race.
     *
     * @throws IllegalArgumentException as the blocking method does
     */
    public CompletableFuture<SocketChannel> connectAsync(List<InetSocketAddress> addresses, Duration timeout) {
        List<InetSocketAddress> targets = Targets.requireConnectable(addresses, timeout);
        return asyncDriver.race(Targets.nameOf(targets), races.attempts(targets, timeout, ChannelSource.PLAIN));
    }

    /** Returns the factory of sockets that race when they connect; the same object each time. */
    public RacingSocketFactory socketFactory() {
        return socketFactory;
    }

    /**
     * Returns a lineup of these addresses of a host, for an adapter to a client that tries addresses one by one. The
     * address that won last comes first, if it is among them. Wildcard addresses, by which a name server says "nowhere",
     * are left out.
     *
     * @throws UnknownHostException if there is no other address
     */
    public Lineup lineup(String host, List<InetAddress> addresses) throws UnknownHostException {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(addresses, "addresses");
        return new Lineup(LineupBook.of(races, HostAddresses.of(host, addresses)));
    }

    /**
     * Looks a host up by {@link #resolver} and returns a lineup of the addresses that come first. What comes later
     * joins its races, but is not among its {@link Lineup#addresses}: so a client's loop need not wait for it. Blocks
     * until there is an address; an interrupt is kept for later.
     *
     * @param timeout how long to wait for the first address; zero for as long as the resolver does. A resolver that
     *     {@linkplain HostResolver#lookUp does not hand over addresses as they come} has limits of its own.
     * @throws UnknownHostException if there is none
     */
    public Lineup lineupOf(String host, Duration timeout) throws UnknownHostException {
        Objects.requireNonNull(host, "host");
        return new Lineup(
                LineupBook.of(races, BlockingDriver.awaitFirst(HostAddresses.lookUp(resolver, host, timeout))));
    }

    /**
     * Begins a race by this connector's policy and limits, for a driver of one's own. Its clock is {@link
     * System#nanoTime}.
     *
     * @throws IllegalArgumentException if there is no address, one is unresolved, or the timeout is negative
     */
    public Race newRace(Collection<InetSocketAddress> addresses, Duration timeout) {
        Objects.requireNonNull(addresses, "addresses");
        Objects.requireNonNull(timeout, "timeout");
        return races.newRace(addresses, timeout);
    }

    /**
     * Returns who is told of one race and its attempts, for a driver of one's own to tell; ask anew for each race. It tells
     * the listener that this connector was built with and JDK Flight Recorder, if they are there, and never throws.
     */
    public RaceListener listener() {
        return races.listener();
    }

    /** Returns what its races share, for a driver of one's own. */
    public RaceBooks books() {
        return new RaceBooks(races);
    }

    /** Returns what finds the addresses of a host. */
    public HostResolver resolver() {
        return resolver;
    }

    /**
     * Ends the thread of {@link #connectAsync}, if it runs; its races fail, and losers that are let finish are closed. What has been connected is not touched, and
     * the blocking methods, which need no thread, go on working.
     */
    @Override
    public void close() {
        asyncDriver.close();
    }

    /**
     * Returns a connector with another resolver that is like this one in all else: policy, listener and limits are shared.
     * For adapters to clients that have a resolver of their own, which may be a filter.
     */
    public Connector withResolver(HostResolver resolver) {
        return new Connector(races, Objects.requireNonNull(resolver, "resolver"), new AsyncDriver());
    }

    /** Returns whether the races of its sockets go on until the server speaks: see {@link Builder#raceToFirstByte}. */
    public boolean racesToFirstByte() {
        return races.racesToFirstByte();
    }

    /** Returns what makes this connector's races, for tests. */
    RaceSetup races() {
        return races;
    }

    @Override
    public String toString() {
        return "Connector[" + races + ", " + resolver + "]";
    }

    /** Collects what a {@link Connector} is made with. Not thread-safe. */
    public static final class Builder {
        private final RaceSetup.Builder races = new RaceSetup.Builder(DEFAULT_MAX_ATTEMPTS_IN_FLIGHT);
        private HostResolver resolver = HostResolver.SYSTEM;

        private Builder() {}

        /**
         * Sets when attempts start and in what order. Unless set it is a {@link RacePolicy#adaptive()} of the connector's own:
         * every address at once at the first contact with a host, and about one connect ever after.
         */
        public Builder policy(RacePolicy policy) {
            races.policy(Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /** Sets what finds the addresses of a host; {@link HostResolver#SYSTEM} unless set. */
        public Builder resolver(HostResolver resolver) {
            this.resolver = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /** Sets who is told of attempts and races; nobody unless set. */
        public Builder listener(RaceListener listener) {
            races.listener(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets how many attempts of one race may be under way at once, each a descriptor; 16 unless set. More addresses
         * wait until one of them fails.
         *
         * @throws IllegalArgumentException if it is below 1 or above {@value Race#MAX_ADDRESSES}
         */
        public Builder maxAttemptsInFlight(int max) {
            races.maxAttemptsInFlight(max);
            return this;
        }

        /**
         * Has one race in so many, picked by chance, let its losers finish, so that it is known how long each of them would
         * have taken: {@link RaceListener#losersFinished}, JDK Flight Recorder and a policy that learns are told. Off
         * unless set; 256 costs little.
         *
         * <p>The losers of at most {@value RegretSampler#MAX_WATCHES} races at a time are watched on the thread of {@link
         * #connectAsync}, each until it answers, for 5 s at most and no longer than the race's timeout; not if bound.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder sampleRegret(int oneRaceIn) {
            races.sampleRegret(oneRaceIn);
            return this;
        }

        /**
         * Sets whether the race of a socket goes on until the server speaks; true unless set. So a server that completes
         * handshakes and then says nothing, or hangs up, does not cost the connection: the runners-up are kept, and one of
         * them takes over. {@link dev.connie.race.Opening} has the rules: only a TLS ClientHello is ever sent twice.
         *
         * <p>With false, and always for channels of {@link Connector#connect}, the first handshake decides.
         */
        public Builder raceToFirstByte(boolean on) {
            races.raceToFirstByte(on);
            return this;
        }

        /** Changes what users have no say in, for tests. */
        Builder races(Consumer<RaceSetup.Builder> change) {
            change.accept(races);
            return this;
        }

        /** Returns a connector. */
        public Connector build() {
            AsyncDriver asyncDriver = new AsyncDriver();
            return new Connector(races.build(asyncDriver.loop()), resolver, asyncDriver);
        }
    }
}
