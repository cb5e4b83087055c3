package dev.connie.benchmarks.lab;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One address of a host and what a packet to it meets. In a file all but {@code rtt} may be left out: then it is IPv4, and
 * nothing is wrong with it.
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
    /** An address family. */
    public enum Family {
        IPV4,
        IPV6;

        /** As it is written in a file. */
        @JsonValue
        public String word() {
            return name().replace("IPV", "IPv");
        }
    }

    public Replica {
        family = family == null ? Family.IPV4 : family;
        fault = fault == null ? Fault.NONE : fault;
        jitter = jitter == null ? Duration.ZERO : jitter;
        faultFrom = faultFrom == null ? Duration.ZERO : faultFrom;
        if (rtt == null) {
            if (fault != Fault.BLACK_HOLE || !faultFrom.isZero() || faultUntil != null) {
                throw new IllegalArgumentException("only a black hole can do without an rtt");
            }
            rtt = Duration.ZERO;
        }
        if (rtt.isNegative() || jitter.isNegative() || faultFrom.isNegative()) {
            throw new IllegalArgumentException("no time is negative: " + rtt + ", " + jitter + ", " + faultFrom);
        }
        if (!(loss >= 0 && loss <= 1 && synLoss >= 0 && synLoss <= 1)) {
            throw new IllegalArgumentException("a share is 0 to 1: " + loss + ", " + synLoss);
        }
        if (faultUntil != null && faultUntil.compareTo(faultFrom) <= 0) {
            throw new IllegalArgumentException("faultUntil must be after faultFrom: " + faultUntil + ", " + faultFrom);
        }
    }

    /** An IPv4 address that answers after {@code rttMillis}, without jitter or loss. */
    public static Replica live(double rttMillis) {
        return new Replica(Family.IPV4, millis(rttMillis), Duration.ZERO, 0, 0, Fault.NONE, Duration.ZERO, null);
    }

    public Replica with(Fault newFault) {
        return new Replica(family, rtt, jitter, loss, synLoss, newFault, faultFrom, faultUntil);
    }

    public Replica ipv6() {
        return new Replica(Family.IPV6, rtt, jitter, loss, synLoss, fault, faultFrom, faultUntil);
    }

    public Replica jitter(double millis) {
        return new Replica(family, rtt, millis(millis), loss, synLoss, fault, faultFrom, faultUntil);
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

    /** Whether it is a black hole from beginning to end: no packet learns how far it is. */
    public boolean isDead() {
        return fault == Fault.BLACK_HOLE && faultFrom.isZero() && faultUntil == null;
    }

    /** What is wrong with it so long after the deployment. */
    Fault faultAfter(long nanos) {
        boolean isThere = nanos >= faultFrom.toNanos() && (faultUntil == null || nanos < faultUntil.toNanos());
        return isThere ? fault : Fault.NONE;
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos(Math.round(millis * 1e6));
    }
}
