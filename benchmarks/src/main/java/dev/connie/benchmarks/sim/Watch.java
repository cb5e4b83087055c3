package dev.connie.benchmarks.sim;

import java.util.List;
import java.util.OptionalLong;

/**
 * A change that clients should notice: how soon do they?
 *
 * @param what happens, for people
 * @param server whose
 * @param fromNanos when
 * @param untilNanos when the next change comes
 * @param wanted what clients do once they have noticed
 */
record Watch(String what, int server, long fromNanos, long untilNanos, Wanted wanted) {
    enum Wanted {
        /** They no longer try it first. */
        AVOIDED,
        /** They connect to it. */
        USED
    }

    /** That many calls in a row are looked at. */
    static final int CALLS = 50;

    /** Of them, so many may be otherwise: a policy that tries out what it knows badly does that now and then. */
    static final int EXCEPTIONS = 4;

    /**
     * Returns how long it took from the change to the start of the first call that did as wanted and after which no more
     * than {@value #EXCEPTIONS} of {@value #CALLS} did not; empty if it never came to that.
     *
     * @param outcomes of one run, in the order of their starts
     */
    OptionalLong nanosUntilNoticed(List<Outcome> outcomes) {
        List<Outcome> since = during(outcomes);
        for (int i = 0; i + CALLS <= since.size(); i++) {
            long otherwise = since.subList(i, i + CALLS).stream()
                    .filter(outcome -> !isAsWanted(outcome))
                    .count();
            if (isAsWanted(since.get(i)) && otherwise <= EXCEPTIONS) {
                return OptionalLong.of(since.get(i).call().nanos() - fromNanos);
            }
        }
        return OptionalLong.empty();
    }

    private boolean isAsWanted(Outcome outcome) {
        return wanted == Wanted.AVOIDED ? outcome.first() != server : outcome.winner() == server;
    }

    /** Returns how many calls did otherwise before the next change. */
    long otherwise(List<Outcome> outcomes) {
        return during(outcomes).stream().filter(outcome -> !isAsWanted(outcome)).count();
    }

    /** Returns the calls that began between this change and the next. */
    List<Outcome> during(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome ->
                        outcome.call().nanos() >= fromNanos && outcome.call().nanos() < untilNanos)
                .toList();
    }
}
