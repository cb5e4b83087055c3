package dev.connie.httpclient5;

import java.net.InetSocketAddress;
import java.util.List;

/** Addresses that become known while a {@link ReactorRace} runs. Thread-safe. */
interface LateTargets {
    /** None. */
    LateTargets NONE = new LateTargets() {
        @Override
        public List<InetSocketAddress> take() {
            return List.of();
        }

        @Override
        public boolean mayCome() {
            return false;
        }
    };

    /** Returns those that have come and that nobody has taken. */
    List<InetSocketAddress> take();

    /** Returns whether more may come. Asked before those that have come are taken. */
    boolean mayCome();
}
