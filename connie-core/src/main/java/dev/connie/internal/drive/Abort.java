package dev.connie.internal.drive;

import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The switch that ends one connect from another thread. {@link #abort} takes no lock and may be called at any time and
 * any number of times. The connecting thread says what it is about to wait in, then looks at the switch, then waits; so
 * no abort is missed.
 */
public sealed class Abort {
    /** The switch of a connect that nobody can end. Shared: it remembers nothing. */
    public static final Abort NEVER = new Never();

    // Written by any thread, read by the connecting thread.
    private volatile boolean aborted;
    // Written by the connecting thread, read by any thread. A Selector or a Thread.
    private volatile @Nullable Object waitingIn;

    public void abort() {
        aborted = true;
        wake();
    }

    /** Wakes the connecting thread, if it waits, but does not end the connect. */
    void wake() {
        // A wake-up that comes late finds somebody else's wait: every wait in Connie allows for that.
        Object waiting = waitingIn;
        if (waiting instanceof Selector selector) {
            selector.wakeup();
        } else if (waiting instanceof Thread thread) {
            LockSupport.unpark(thread);
        }
    }

    public boolean isAborted() {
        return aborted;
    }

    /** Says that the calling thread is about to select. */
    public void willSelect(Selector selector) {
        waitingIn = selector;
    }

    /** Says that the calling thread is about to park. */
    public void willPark() {
        waitingIn = Thread.currentThread();
    }

    /** Says that the calling thread waits no more. */
    public void waitsNoMore() {
        waitingIn = null;
    }

    private static final class Never extends Abort {
        @Override
        public void willSelect(Selector selector) {}

        @Override
        public void willPark() {}

        @Override
        public void waitsNoMore() {}
    }
}
