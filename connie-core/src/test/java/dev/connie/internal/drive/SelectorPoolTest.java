package dev.connie.internal.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets which selector, and what becomes of the channels in it. */
class SelectorPoolTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ServerSocket server = network.listening();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final List<Socket> peers = new ArrayList<>();

    @BeforeEach
    void emptyThePool() {
        SelectorPool.closeIdle();
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        for (Socket peer : peers) {
            peer.close();
        }
        SelectorPool.closeIdle();
        network.close();
    }

    @Test
    void a_channel_that_waits_again_finds_itself_registered() throws IOException {
        SocketChannel channel = connected();
        Selector selector = take();
        Selector another = take();
        waitWith(channel, selector);
        waitWith(connected(), another);
        SelectionKey key = channel.keyFor(selector);

        assertThat(SelectorPool.takeFor(channel)).isSameAs(selector);
        assertThat(channel.register(selector, SelectionKey.OP_READ)).isSameAs(key);
        SelectorPool.giveBack(selector);
    }

    @Test
    void others_get_the_selector_that_was_used_least_recently_without_its_channel() throws IOException {
        SocketChannel first = connected();
        SocketChannel second = connected();
        Selector selectorOfFirst = take();
        Selector selectorOfSecond = take();
        waitWith(first, selectorOfFirst);
        waitWith(second, selectorOfSecond);
        waitWith(first, takeFor(first));

        Selector taken = take();
        assertThat(taken).isSameAs(selectorOfSecond);
        assertThat(taken.keys()).isEmpty();
        assertThat(second.isRegistered()).isFalse();
        assertThat(first.isRegistered()).isTrue();
        SelectorPool.giveBack(taken);
    }

    @Test
    void selectors_that_keep_no_channel_are_taken_first() throws IOException {
        SocketChannel channel = connected();
        Selector keeping = take();
        Selector free = take();
        waitWith(channel, keeping);
        SelectorPool.giveBack(free);

        assertThat(take()).isSameAs(free);
        assertThat(channel.isRegistered()).isTrue();
        SelectorPool.giveBack(free);
    }

    @Test
    void a_channel_is_let_go_by_every_selector() throws IOException {
        // As by one thread that reads and one that writes.
        SocketChannel channel = connected();
        Selector selectorOfReader = take();
        Selector selectorOfWriter = take();
        waitWith(channel, selectorOfReader);
        waitWith(channel, selectorOfWriter);
        long before = Descriptors.openSockets();

        SelectorPool.letGo(channel);
        assertThat(channel.isRegistered()).isFalse();
        channel.close();
        assertThat(Descriptors.openSockets()).isEqualTo(before - 1);
        assertThat(take()).isIn(selectorOfReader, selectorOfWriter);
    }

    @Test
    void no_more_than_the_limit_are_kept_and_those_used_last() throws IOException {
        List<Selector> taken = new ArrayList<>();
        long before = Descriptors.open();
        for (int i = 0; i < SelectorPool.MAX_IDLE + 5; i++) {
            taken.add(take());
        }
        for (Selector selector : taken) {
            waitWith(connected(), selector);
        }
        assertThat(Descriptors.open()).isEqualTo(before + channels.size() + peers.size() + 2L * SelectorPool.MAX_IDLE);
        assertThat(taken.subList(0, 5)).noneMatch(Selector::isOpen);
        assertThat(taken.subList(5, taken.size())).allMatch(Selector::isOpen);
    }

    private static Selector take() {
        return Objects.requireNonNull(SelectorPool.take());
    }

    private static Selector takeFor(SocketChannel channel) {
        return Objects.requireNonNull(SelectorPool.takeFor(channel));
    }

    private static Selector waitWith(SocketChannel channel) throws IOException {
        Selector selector = take();
        waitWith(channel, selector);
        return selector;
    }

    private static void waitWith(SocketChannel channel, Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ);
        selector.selectNow();
        SelectorPool.keep(selector);
    }

    private SocketChannel connected() throws IOException {
        SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
        channels.add(channel);
        channel.configureBlocking(false);
        peers.add(server.accept());
        return channel;
    }
}
