package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What others are to be told as soon as a lock is free, in order: nobody is called while it is held. Guarded by that lock. */
final class PendingNotices {
    private final @Nullable GuardedListener listener;
    private final List<Runnable> notices = new ArrayList<>(2);

    PendingNotices(@Nullable GuardedListener listener) {
        this.listener = listener;
    }

    /** Returns whether there is a listener. */
    boolean areHeard() {
        return listener != null;
    }

    /** Adds what the listener, if there is one, is to be told. */
    void add(Consumer<GuardedListener> notice) {
        GuardedListener whom = listener;
        if (whom != null) {
            notices.add(() -> notice.accept(whom));
        }
    }

    void add(Runnable notice) {
        notices.add(notice);
    }

    /** Takes what there is. */
    List<Runnable> take() {
        List<Runnable> taken = List.copyOf(notices);
        notices.clear();
        return taken;
    }
}
