package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.List;

/** Every address at once, in the order given. */
final class AllAtOnce extends StatelessPolicy {
    static final AllAtOnce INSTANCE = new AllAtOnce();

    private AllAtOnce() {}

    @Override
    List<InetSocketAddress> order(List<InetSocketAddress> addresses) {
        return addresses;
    }

    @Override
    long attemptDelayNanos() {
        return 0;
    }

    @Override
    long minimumDelayNanos() {
        return 0;
    }

    @Override
    long minimumGapNanos() {
        return 0;
    }

    @Override
    public String toString() {
        return "allAtOnce()";
    }
}
