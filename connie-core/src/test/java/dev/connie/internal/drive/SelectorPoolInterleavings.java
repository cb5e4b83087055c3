package dev.connie.internal.drive;

import static dev.connie.testing.Exploration.check;
import static dev.connie.testing.Exploration.explore;
import static dev.connie.testing.Exploration.sideBySide;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool, with selectors as they are, in interleavings of those who borrow, keep, let go, and close what is idle. */
@Timeout(300)
class SelectorPoolInterleavings {
    @AfterEach
    void emptyThePool() {
        SelectorPool.closeIdle();
    }

    @Test
    void a_selector_has_one_borrower_and_is_not_closed_under_it() {
        explore(() -> {
            SelectorPool.giveBack(SelectorPool.open());
            AtomicReference<Selector> one = new AtomicReference<>();
            AtomicReference<Selector> other = new AtomicReference<>();
            sideBySide(
                    () -> one.set(SelectorPool.take()), () -> other.set(SelectorPool.take()), SelectorPool::closeIdle);
            check(one.get() != other.get(), "two have the same");
            check(one.get().isOpen() && other.get().isOpen(), "it is closed under one who has it");
            one.get().close();
            other.get().close();
            SelectorPool.closeIdle();
        });
    }

    @Test
    void who_comes_again_finds_its_own_channel_or_none() {
        explore(() -> {
            SocketChannel mine = open();
            SocketChannel another = open();
            waitFor(mine);
            sideBySide(() -> waitFor(mine), () -> waitFor(another));
            SelectorPool.letGo(mine);
            SelectorPool.letGo(another);
            check(!mine.isRegistered() && !another.isRegistered(), "a channel is not let go");
            mine.close();
            another.close();
            SelectorPool.closeIdle();
        });
    }

    @Test
    void no_selector_holds_a_channel_that_is_closed_while_it_waits() {
        explore(() -> {
            SocketChannel channel = open();
            AtomicBoolean aborted = new AtomicBoolean();
            waitFor(channel);
            sideBySide(
                    () -> {
                        waitFor(channel);
                        if (aborted.get()) {
                            SelectorPool.letGo(channel);
                        }
                    },
                    () -> {
                        aborted.set(true);
                        SelectorPool.letGo(channel);
                        channel.close();
                    },
                    () -> SelectorPool.giveBack(SelectorPool.take()));
            check(!channel.isRegistered(), "its descriptor is still open");
            SelectorPool.closeIdle();
        });
    }

    private static SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.configureBlocking(false);
        return channel;
    }

    /** Borrows and keeps a selector as a read does that has to wait. */
    private static void waitFor(SocketChannel channel) {
        Selector selector = SelectorPool.takeFor(channel);
        for (SelectionKey key : selector.keys()) {
            check(key.channel() == channel, "it gets a selector that has somebody else's channel");
        }
        try {
            channel.register(selector, SelectionKey.OP_READ);
        } catch (ClosedChannelException closed) {
            SelectorPool.giveBack(selector);
            return;
        }
        SelectorPool.keep(selector);
    }
}
