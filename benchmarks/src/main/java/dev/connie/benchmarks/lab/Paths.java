package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Sightings.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths between the client and all addresses of a deployment: decides of each packet whether it is lost and when it
 * arrives. Used by the router's thread only; others may {@link #close} it and read what was seen.
 *
 * <p>A packet belongs to the n-th connect to its address in its copy. What it meets depends on that, on its direction
 * and on how many there were before it in that direction, see {@link Luck}. Packets of one connection do not overtake
 * each other, as jitter without that would make TCP see losses where there are none.
 */
final class Paths {
    /** The packet does not arrive. */
    static final long LOST = Long.MIN_VALUE;

    // What is forgotten is a connection that has long been over.
    private static final int MAX_FLOWS = 1 << 15;

    private final int port;
    private final List<Replica> replicas;
    private final int copies;
    private final Luck luck;
    private final long startNanos;
    private final Sightings sightings;
    private final long[] connects;
    /** Whatever was opened last comes last. */
    private final Map<Long, Flow> flows = new LinkedHashMap<>();

    /** Written by who ends the deployment, read by the router. */
    private volatile boolean closed;

    Paths(int port, List<Replica> replicas, int copies, long seed, long startNanos, Sightings sightings) {
        this.port = port;
        this.replicas = replicas;
        this.copies = copies;
        luck = new Luck(seed);
        this.startNanos = startNanos;
        this.sightings = sightings;
        connects = new long[copies * replicas.size()];
    }

    int port() {
        return port;
    }

    /** From now on nothing arrives, and nothing is counted. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Sends a packet on its way, which is one of this deployment's port.
     *
     * @return when it arrives, by the clock of {@code nowNanos}, or {@link #LOST}; until then the packet has become what
     *     arrives
     */
    long send(IpPacket packet, long nowNanos) {
        boolean toServer = packet.port(true) == port;
        int copy = packet.copy(toServer);
        int index = packet.replica(toServer);
        if (closed || copy < 0 || copy >= copies || index < 0 || index >= replicas.size()) {
            return LOST;
        }
        boolean opening = toServer && packet.isSyn();
        if (opening) {
            sightings.add(Kind.SYN, copy, index);
        }
        if (packet.isReset()) {
            sightings.add(Kind.RESET, copy, index);
        }
        Replica replica = replicas.get(index);
        Flow flow = flow(packet, toServer, copy, index);
        int way = toServer ? 1 : 0;
        long transmission = flow.transmissions[way]++;
        Fault fault = replica.faultAfter(nowNanos - startNanos);
        if (fault == Fault.UNREACHABLE && opening) {
            packet.becomeUnreachable();
            return nowNanos + replica.rtt().toNanos();
        }
        if (fault == Fault.UNREACHABLE || fault == Fault.BLACK_HOLE) {
            return LOST;
        }
        if (isLost(Luck.Draw.LOSS, replica.loss(), index, flow, toServer, transmission)
                || opening && isLost(Luck.Draw.SYN_LOSS, replica.synLoss(), index, flow, true, transmission)) {
            return LOST;
        }
        double jitter = replica.jitter().isZero()
                ? 0
                : luck.draw(Luck.Draw.JITTER, index, flow.connect, toServer, transmission)
                        * replica.jitter().toNanos();
        packet.swapSides();
        return flow.inOrder(way, nowNanos + (replica.rtt().toNanos() + (long) jitter) / 2);
    }

    private boolean isLost(Luck.Draw draw, double share, int replica, Flow flow, boolean toServer, long transmission) {
        return share > 0 && luck.draw(draw, replica, flow.connect, toServer, transmission) < share;
    }

    /** Finds the connection by the client's port; a SYN with another sequence number is the next one of that port. */
    private Flow flow(IpPacket packet, boolean toServer, int copy, int replica) {
        int clientPort = packet.port(!toServer);
        int address = copy * replicas.size() + replica;
        Long key = (long) address << 16 | clientPort;
        Flow flow = flows.get(key);
        boolean opening = toServer && packet.isSyn();
        if (flow == null || opening && flow.sequenceNumber != packet.sequenceNumber()) {
            // What is no SYN and has no flow is of a connection that was forgotten: its luck matters no more.
            flow = new Flow(opening ? connects[address]++ : -1, packet.sequenceNumber());
            flows.put(key, flow);
            if (flows.size() > MAX_FLOWS) {
                flows.remove(flows.keySet().iterator().next());
            }
        }
        return flow;
    }

    /** One connection. What has two elements is of the way to the client first, then of that to the server. */
    private static final class Flow {
        final long connect;
        final int sequenceNumber;
        final long[] transmissions = new long[2];
        private final long[] lastNanos = {LOST, LOST};

        Flow(long connect, int sequenceNumber) {
            this.connect = connect;
            this.sequenceNumber = sequenceNumber;
        }

        long inOrder(int way, long dueNanos) {
            long last = lastNanos[way];
            lastNanos[way] = last == LOST || dueNanos - last > 0 ? dueNanos : last;
            return lastNanos[way];
        }
    }
}
