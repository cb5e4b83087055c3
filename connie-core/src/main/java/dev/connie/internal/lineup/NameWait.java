package dev.connie.internal.lineup;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.names.HostAddresses;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How long a socket waits for the addresses of its host, and who may end that. Used by the connecting thread. */
final class NameWait {
    private final int timeoutMillis;
    private final Abort abort;
    private final boolean interruptible;
    private long waitedNanos;

    NameWait(int timeoutMillis, Abort abort, boolean interruptible) {
        this.timeoutMillis = timeoutMillis;
        this.abort = abort;
        this.interruptible = interruptible;
    }

    /** Returns one that nobody ends. */
    static NameWait forEver() {
        return new NameWait(0, new Abort(), false);
    }

    Duration timeout() {
        return Duration.ofMillis(timeoutMillis);
    }

    /** Waits until the addresses bring it, will not, or so long. */
    void await(HostAddresses addresses, BooleanSupplier it, long maxNanos) throws IOException {
        if (it.getAsBoolean()) {
            return;
        }
        long since = System.nanoTime();
        BlockingDriver.await(addresses, it, maxNanos, abort, interruptible);
        waitedNanos += System.nanoTime() - since;
        if (abort.isAborted()) {
            addresses.stop();
            throw new SocketException("Socket closed");
        }
    }

    /** Returns what is left to connect in; zero for no limit. */
    int timeoutMillisLeft() {
        return timeoutMillis == 0
                ? 0
                : (int) Math.max(
                        1, timeoutMillis - Duration.ofNanos(waitedNanos).toMillis());
    }
}
