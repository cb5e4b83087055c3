package dev.connie.internal.drive;

import dev.connie.race.Race;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The addresses that join a race after its start, as long as nobody has won. Not thread-safe. */
public final class Joiners {
    /** The delay that RFC 8305, section 8, recommends between two attempts. */
    private static final long RESERVE_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Race race;
    private List<InetSocketAddress> reserve = List.of();
    private long reserveDueNanos;
    private @Nullable LateAddresses late;

    Joiners(Race race) {
        this.race = race;
    }

    /** Adds addresses that join when all others have failed, or in 250 ms. */
    public void addReserve(List<InetSocketAddress> addresses) {
        reserve = addresses;
        reserveDueNanos = System.nanoTime() + RESERVE_DELAY_NANOS;
    }

    /** Adds addresses that join when they become known. */
    public void addLate(LateAddresses addresses) {
        late = addresses;
    }

    @Nullable
    LateAddresses late() {
        return late;
    }

    /** Returns whether there are addresses to become known. */
    boolean mayCome() {
        return late != null && late.mayCome();
    }

    /** Has those join that are due. */
    void join(long nowNanos) {
        if (!reserve.isEmpty() && (nowNanos - reserveDueNanos >= 0 || !race.isRunning(nowNanos))) {
            race.add(reserve);
            reserve = List.of();
        }
        if (late != null && late.haveCome()) {
            race.add(late.take());
        }
    }

    /** Returns how long until one is due if nothing happens, at least 0; {@link Long#MAX_VALUE} for ever. */
    long nanosUntilNext(long nowNanos) {
        if (late != null && late.haveCome()) {
            return 0;
        }
        return reserve.isEmpty() ? Long.MAX_VALUE : Math.max(0, reserveDueNanos - nowNanos);
    }
}
