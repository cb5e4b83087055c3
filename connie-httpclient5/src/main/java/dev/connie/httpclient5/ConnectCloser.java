package dev.connie.httpclient5;

import java.lang.reflect.Field;
import java.nio.channels.SelectionKey;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connect that HttpCore's reactor is still making.
 *
 * <p>The public way is {@link Future#cancel}. Called while the reactor is opening the channel, it closes nothing: the
 * channel connects later, nobody is told, and the connection stays open until the server ends it (153 of 7,520 races
 * whose losers were cancelled at once). So this class closes the channel that the request holds, which only a private
 * field gives: {@code IOSessionRequest.closeableRef}, the same from HttpCore 5.3 to 5.5-beta2. While that field is
 * empty the channel is not open yet, and this class looks again later. A second private field, the channel's key,
 * serves to wake the reactor: it frees the descriptor when it next selects, which is a second later if it is idle.
 *
 * <p>Where there are no such fields, the request is cancelled after a second, when its channel has long been opened.
 */
final class ConnectCloser {
    /** The closer for this version of HttpCore: it uses the private fields if they are as they were. */
    static final ConnectCloser INSTANCE = new ConnectCloser(closeableField());

    private static final long CANCEL_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(16);
    /** When to stop looking: a reactor that has not opened the channel by then is not going to. */
    private static final long LAST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final @Nullable Field closeable;
    // The key's field in the class of what the field above holds, found with the first one. Any thread writes it; all
    // write the same.
    private volatile @Nullable Field key;

    private ConnectCloser(@Nullable Field closeable) {
        this.closeable = closeable;
    }

    /** Returns a closer that uses nothing but HttpCore's public interface. */
    static ConnectCloser cancellingLate() {
        return new ConnectCloser(null);
    }

    /** Returns whether connects are closed at once; else after a second. */
    boolean closesAtOnce() {
        return closeable != null;
    }

    /**
     * Ends a connect. {@code whenEnded} is called as soon as it has no channel any more; perhaps never, if the
     * request's own callback tells of the end.
     */
    void close(Future<IOSession> request, Runnable whenEnded) {
        if (closesAtOnce()) {
            look(request, whenEnded, FIRST_LOOK_NANOS, System.nanoTime() + LAST_LOOK_NANOS);
        } else {
            RaceTimer.after(CANCEL_DELAY_NANOS, () -> cancel(request, whenEnded));
        }
    }

    private static void cancel(Future<IOSession> request, Runnable whenEnded) {
        request.cancel(true);
        whenEnded.run();
    }

    private void look(Future<IOSession> request, Runnable whenEnded, long waitNanos, long endNanos) {
        if (request.isDone()) {
            whenEnded.run();
            return;
        }
        ModalCloseable channel = channelOf(request);
        if (channel != null) {
            channel.close(CloseMode.IMMEDIATE);
            wakeReactor(channel);
            whenEnded.run();
        } else if (System.nanoTime() - endNanos < 0) {
            long next = Math.min(2 * waitNanos, LONGEST_WAIT_NANOS);
            RaceTimer.after(waitNanos, () -> look(request, whenEnded, next, endNanos));
        } else {
            cancel(request, whenEnded);
        }
    }

    private @Nullable ModalCloseable channelOf(Future<IOSession> request) {
        try {
            Field field = closeable;
            return field != null
                            && field.getDeclaringClass().isInstance(request)
                            && field.get(request) instanceof AtomicReference<?> reference
                            && reference.get() instanceof ModalCloseable channel
                    ? channel
                    : null;
        } catch (IllegalAccessException | RuntimeException impossible) {
            // The field was made accessible.
            return null;
        }
    }

    /** Wakes the reactor: when it selects, it frees the channel's descriptor. */
    private void wakeReactor(ModalCloseable channel) {
        try {
            Field field = key;
            if (field == null || field.getDeclaringClass() != channel.getClass()) {
                field = accessible(channel.getClass(), "key", SelectionKey.class);
                key = field;
            }
            if (field != null && field.get(channel) instanceof SelectionKey registered) {
                registered.selector().wakeup();
            }
        } catch (IllegalAccessException | RuntimeException unknownChannel) {
            // The reactor frees the descriptor later, when it selects by itself.
        }
    }

    private static @Nullable Field closeableField() {
        try {
            Class<?> request = Class.forName(
                    "org.apache.hc.core5.reactor.IOSessionRequest", false, IOSession.class.getClassLoader());
            return accessible(request, "closeableRef", AtomicReference.class);
        } catch (ClassNotFoundException otherVersion) {
            return null;
        }
    }

    private static @Nullable Field accessible(Class<?> owner, String name, Class<?> type) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field.getType() == type ? field : null;
        } catch (NoSuchFieldException | RuntimeException otherVersion) {
            // The field is missing, or its module is not open.
            return null;
        }
    }
}
