package dev.connie.internal.drive;

import dev.connie.internal.names.OwnAddresses;
import dev.connie.race.AttemptReport;
import dev.connie.race.RacePolicy;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells a policy that learns what its races do not: what sockets find out later, and changes of network. Thread-safe.
 */
public interface PolicyFeedback extends OwnAddresses.Watcher {
    /** An address connected and then gave no answer. */
    void disappointed(InetSocketAddress address, long nowNanos);

    /** A loser that was watched after its race was won has ended. */
    default void loserFinished(AttemptReport loser, long nowNanos) {}

    /** Returns what tells the policy; null if it does not learn, and there is no need to watch for anything. */
    static @Nullable PolicyFeedback to(RacePolicy policy) {
        if (!policy.learns()) {
            return null;
        }
        return new PolicyFeedback() {
            @Override
            public void disappointed(InetSocketAddress address, long nowNanos) {
                policy.disappointed(address, nowNanos);
            }

            @Override
            public void networkChanged() {
                policy.networkChanged();
            }

            @Override
            public void loserFinished(AttemptReport loser, long nowNanos) {
                policy.loserFinished(loser, nowNanos);
            }
        };
    }
}
