package dev.connie.benchmarks.lab;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One address of a host and what a packet to it meets.
 *
 * @param family its address family
 * @param rtt the time a packet and its answer take, half of it each way
 * @param jitter what is added to {@code rtt} at most, evenly distributed and drawn for each packet, half of it each way
 * @param loss the share of packets that are lost in each direction, from 0 to 1
 * @param synLoss the share of SYNs that are lost on the way to the server, besides {@code loss}
 * @param fault what is wrong with it
 * @param faultFrom when that begins, counted from the deployment
 * @param faultUntil when that ends, counted from the deployment; null if it does not
 */
public record Replica(
        Family family,
        Duration rtt,
        Duration jitter,
        double loss,
        double synLoss,
        Fault fault,
        Duration faultFrom,
        @Nullable Duration faultUntil) {

    public Replica {
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(fault, "fault");
        requireNotNegative(rtt, "rtt");
        requireNotNegative(jitter, "jitter");
        requireNotNegative(faultFrom, "faultFrom");
        requireShare(loss, "loss");
        requireShare(synLoss, "synLoss");
        if (faultUntil != null && faultUntil.compareTo(faultFrom) <= 0) {
            throw new IllegalArgumentException("faultUntil must be after faultFrom: " + faultUntil + ", " + faultFrom);
        }
    }

    /** An IPv4 address that answers after {@code rttMillis}, without jitter or loss. */
    public static Replica live(double rttMillis) {
        return new Replica(
                Family.IPV4,
                Duration.ofNanos(Math.round(rttMillis * 1e6)),
                Duration.ZERO,
                0,
                0,
                Fault.NONE,
                Duration.ZERO,
                null);
    }

    public Replica with(Fault newFault) {
        return new Replica(family, rtt, jitter, loss, synLoss, newFault, faultFrom, faultUntil);
    }

    public Replica ipv6() {
        return new Replica(Family.IPV6, rtt, jitter, loss, synLoss, fault, faultFrom, faultUntil);
    }

    public Replica jitter(double millis) {
        return new Replica(
                family, rtt, Duration.ofNanos(Math.round(millis * 1e6)), loss, synLoss, fault, faultFrom, faultUntil);
    }

    public Replica loss(double share) {
        return new Replica(family, rtt, jitter, share, synLoss, fault, faultFrom, faultUntil);
    }

    public Replica synLoss(double share) {
        return new Replica(family, rtt, jitter, loss, share, fault, faultFrom, faultUntil);
    }

    /** The fault only from then on, and until then if that is not null; both counted from the deployment. */
    public Replica during(Duration from, @Nullable Duration until) {
        return new Replica(family, rtt, jitter, loss, synLoss, fault, from, until);
    }

    /** Whether it answers for good, be it late. */
    public boolean isWell() {
        return fault == Fault.NONE;
    }

    private static void requireNotNegative(Duration duration, String name) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + duration);
        }
    }

    private static void requireShare(double share, String name) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " must be between 0 and 1: " + share);
        }
    }
}
