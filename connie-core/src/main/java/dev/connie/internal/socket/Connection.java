package dev.connie.internal.socket;

import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * What a racing socket has once it is connected: the channel, the streams that read and write it, and what it has shown of
 * its server. While an {@link OpeningDriver} has not decided which channel is the socket's, another one may take its place;
 * then it gets the socket's settings, and the socket learns of its other peer. Thread-safe.
 */
public final class Connection implements OpeningDriver.Owner {
    private final RacingSocketImpl socket;
    private final SocketSettings settings;
    private final ChannelSlot slot;
    private final ChannelInput input;
    private final ChannelOutput output;
    private final Conversation conversation = new Conversation();
    // These three are written once more at most, by the thread that reads or writes when it is decided which channel is
    // the socket's; the opening last, to null.
    private volatile SocketChannel channel;
    private volatile InetSocketAddress peer;
    private volatile @Nullable OpeningDriver opening;

    /** @param winner whose channel the slot has */
    Connection(RacingSocketImpl socket, OpenState state, SocketSettings settings, ChannelSlot slot, Winner winner)
            throws IOException {
        this.socket = socket;
        this.settings = settings;
        this.slot = slot;
        this.channel = winner.channel();
        this.opening = winner.opening();
        this.peer = (InetSocketAddress) channel.getRemoteAddress();
        Readiness readable = new Readiness(SelectionKey.OP_READ, state.connectingOrReading());
        Readiness writable = new Readiness(SelectionKey.OP_WRITE, state.writing());
        this.input = new ChannelInput(winner, socket, state, this, readable);
        this.output = new ChannelOutput(winner, socket, state, this, writable);
    }

    InetSocketAddress peer() {
        return peer;
    }

    ChannelInput input() {
        return input;
    }

    ChannelOutput output() {
        return output;
    }

    Conversation conversation() {
        return conversation;
    }

    /** Returns whether the channel is open: something other than the socket may have closed it. */
    boolean isChannelOpen() {
        return channel.isOpen();
    }

    /** Has the opening, if there is one, work with the socket's settings. */
    void beginOpening() {
        OpeningDriver begun = opening;
        if (begun != null) {
            begun.adoptedBy(settings);
        }
    }

    /** Decides which channel is the socket's, if that is not decided yet, and returns it. */
    SocketChannel decidedChannel() throws SocketException {
        OpeningDriver undecided = opening;
        if (undecided != null) {
            undecided.commit(this);
        }
        return channel;
    }

    /** Is told by the opening, on a thread that reads or writes, that the winner's channel stays the socket's. */
    @Override
    public void keepChannel(OpeningDriver decided) {
        settings.decided();
        slot.decide(decided, decided.channel());
        channel = decided.channel();
        opening = null;
    }

    /** Is told by the opening, on a thread that reads or writes, that another channel is the socket's from here on. */
    @Override
    public void takeOver(OpeningDriver decided, SocketChannel newcomer) {
        try {
            int localPort = settings.decidedFor(newcomer);
            InetSocketAddress other = (InetSocketAddress) newcomer.getRemoteAddress();
            socket.connectedTo(other.getAddress(), other.getPort(), localPort);
            peer = other;
        } catch (IOException ignored) {
            // The connection broke just now. The next read or write says how.
        }
        slot.decide(decided, newcomer);
        channel = newcomer;
        opening = null;
    }
}
