package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Traffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one contender did in one scenario.
 *
 * @param contender its name
 * @param nanos the wall-clock times of the calls that succeeded, in the order in which they ended, name look-up included
 * @param failedNanos the times of those that failed
 * @param failures each kind of failure's message with how often it came, most frequent first
 * @param traffic what its addresses saw, or null where packets are not seen
 */
public record Measurement(
        String contender,
        List<Long> nanos,
        List<Long> failedNanos,
        List<Failure> failures,
        @Nullable Traffic traffic) {
    public Measurement {
        nanos = List.copyOf(nanos);
        failedNanos = List.copyOf(failedNanos);
        failures = List.copyOf(failures);
    }

    /** How often a call ended with this message. */
    public record Failure(String message, long count) {}

    /** How many calls there were. */
    public int count() {
        return nanos.size() + failedNanos.size();
    }
}
