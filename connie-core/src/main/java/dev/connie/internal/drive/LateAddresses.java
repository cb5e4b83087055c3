package dev.connie.internal.drive;

import dev.connie.internal.names.HostAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/** The addresses of a host that become known while its race runs. Used by the driver's thread; they come on any. */
public final class LateAddresses {
    private final HostAddresses host;
    private final Function<List<InetAddress>, List<InetSocketAddress>> targets;
    private int taken;

    /**
     * @param taken how many of the known ones the race began with
     * @param targets makes targets of those that come; it may leave some out
     */
    public LateAddresses(HostAddresses host, int taken, Function<List<InetAddress>, List<InetSocketAddress>> targets) {
        this.host = host;
        this.taken = taken;
        this.targets = targets;
    }

    /** Returns those that have come since it was last called. */
    List<InetSocketAddress> take() {
        List<InetAddress> known = host.known();
        List<InetAddress> late = known.subList(taken, known.size());
        taken = known.size();
        return targets.apply(late);
    }

    boolean haveCome() {
        return host.known().size() > taken;
    }

    /** Returns whether there is something to take, or may yet be. */
    boolean mayCome() {
        return host.mayGrow() || haveCome();
    }

    /** Has the driver woken when something comes, and when nothing more will. */
    void watch(Runnable waker) {
        host.watch(waker);
    }

    void unwatch(Runnable waker) {
        host.unwatch(waker);
    }
}
