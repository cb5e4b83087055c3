package dev.connie.race;

import java.time.Duration;

/**
 * What users of {@link Adaptive} need not know, and tests turn. The values were found with a simulator.
 *
 * @param marginNanos the least by which an attempt may exceed its usual time before it is late: what a busy scheduler or
 *     a queue on the way adds (RFC 6298, section 2, calls it the clock granularity)
 * @param firstContactExtras how many further attempts follow quickly at the first contact with a host
 * @param firstContactStaggerNanos how quickly
 * @param firstContactBurst how many of those may be made in a row, out of those saved up: enough that a process that starts
 *     and calls ten hosts waits for none of them
 * @param gapNanos what must lie between two extra attempts to the same destination, by whatever races
 * @param retryNanos after what time an address that failed is tried again; doubled with each failure after that
 * @param maximumRetryNanos the most that becomes
 * @param burst how many other extra attempts may be made in a row, out of those saved up: few, because when servers die
 *     all clients spend what they saved at once
 * @param jitter by what share the delays vary upwards at most
 */
record Tuning(
        long marginNanos,
        int firstContactExtras,
        long firstContactStaggerNanos,
        int firstContactBurst,
        long gapNanos,
        long retryNanos,
        long maximumRetryNanos,
        int burst,
        double jitter) {
    static final Tuning DEFAULT = new Tuning(
            Duration.ofMillis(10).toNanos(),
            2,
            Duration.ofMillis(25).toNanos(),
            20,
            Duration.ofMillis(20).toNanos(),
            Duration.ofMillis(250).toNanos(),
            Duration.ofSeconds(30).toNanos(),
            2,
            0.1);

    Tuning withMargin(Duration margin) {
        return new Tuning(
                margin.toNanos(),
                firstContactExtras,
                firstContactStaggerNanos,
                firstContactBurst,
                gapNanos,
                retryNanos,
                maximumRetryNanos,
                burst,
                jitter);
    }

    Tuning withFirstContact(int extras, Duration stagger, int tokens) {
        return new Tuning(
                marginNanos, extras, stagger.toNanos(), tokens, gapNanos, retryNanos, maximumRetryNanos, burst, jitter);
    }

    Tuning withGap(Duration gap) {
        return new Tuning(
                marginNanos,
                firstContactExtras,
                firstContactStaggerNanos,
                firstContactBurst,
                gap.toNanos(),
                retryNanos,
                maximumRetryNanos,
                burst,
                jitter);
    }

    Tuning withRetry(Duration first, Duration longest) {
        return new Tuning(
                marginNanos,
                firstContactExtras,
                firstContactStaggerNanos,
                firstContactBurst,
                gapNanos,
                first.toNanos(),
                longest.toNanos(),
                burst,
                jitter);
    }

    Tuning withBurst(int tokens) {
        return new Tuning(
                marginNanos,
                firstContactExtras,
                firstContactStaggerNanos,
                firstContactBurst,
                gapNanos,
                retryNanos,
                maximumRetryNanos,
                tokens,
                jitter);
    }

    Tuning withJitter(double share) {
        return new Tuning(
                marginNanos,
                firstContactExtras,
                firstContactStaggerNanos,
                firstContactBurst,
                gapNanos,
                retryNanos,
                maximumRetryNanos,
                burst,
                share);
    }
}
