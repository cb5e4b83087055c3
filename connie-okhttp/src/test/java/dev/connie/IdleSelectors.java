package dev.connie;

import dev.connie.internal.drive.SelectorPool;

/** Lets tests outside core close what core keeps for later, so that they can count descriptors. */
public final class IdleSelectors {
    private IdleSelectors() {}

    public static void close() {
        SelectorPool.closeIdle();
    }
}
