package dev.connie.internal.socket;

import static dev.connie.testing.Exploration.check;
import static dev.connie.testing.Exploration.explore;
import static dev.connie.testing.Exploration.sideBySide;

import dev.connie.testing.CountedChannel;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The slot in every interleaving of the thread that connects and those that close. */
@Timeout(300)
class ChannelSlotInterleavings {
    @Test
    void a_channel_that_comes_while_two_close_is_closed() {
        explore(() -> {
            ChannelSlot slot = new ChannelSlot();
            CountedChannel channel = CountedChannel.accepted();
            AtomicInteger closed = new AtomicInteger();
            sideBySide(() -> put(slot, channel), () -> close(slot, closed), () -> close(slot, closed));
            check(channel.isClosed(), "the channel is lost");
            check(closed.get() == 1, "not just one has closed the slot");
        });
    }

    @Test
    void a_channel_that_is_exchanged_while_another_thread_closes_is_closed_or_the_takers() {
        explore(() -> {
            ChannelSlot slot = new ChannelSlot();
            CountedChannel first = CountedChannel.accepted();
            CountedChannel second = CountedChannel.accepted();
            AtomicInteger taken = new AtomicInteger();
            slot.put(first);
            sideBySide(() -> slot.close(true), () -> {
                SocketChannel own = slot.take();
                if (own != null) {
                    taken.incrementAndGet();
                    put(slot, second);
                }
            });
            check(first.isClosed() == (taken.get() == 0), "the first channel has two owners, or none");
            check(second.isClosed() == (taken.get() == 1), "the second channel is lost");
        });
    }

    @Test
    void one_channel_is_taken_by_one() {
        explore(() -> {
            ChannelSlot slot = new ChannelSlot();
            CountedChannel channel = CountedChannel.accepted();
            AtomicInteger taken = new AtomicInteger();
            slot.put(channel);
            sideBySide(() -> take(slot, taken), () -> take(slot, taken), () -> slot.close(true));
            check(taken.get() + (channel.isClosed() ? 1 : 0) == 1, "the channel has two owners, or none");
        });
    }

    private static void take(ChannelSlot slot, AtomicInteger taken) {
        if (slot.take() != null) {
            taken.incrementAndGet();
        }
    }

    private static void close(ChannelSlot slot, AtomicInteger closed) {
        if (slot.close(true)) {
            closed.incrementAndGet();
        }
    }

    private static void put(ChannelSlot slot, SocketChannel channel) throws Exception {
        try {
            slot.put(channel);
        } catch (SocketException closed) {
            // And the slot has closed the channel.
        }
    }
}
