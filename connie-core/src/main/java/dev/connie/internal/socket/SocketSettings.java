package dev.connie.internal.socket;

import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The options and the local address of a socket, before and after it connects. Thread-safe.
 *
 * <p>Before the connect they are kept in the kernel, in a first channel that is opened when somebody asks for it; so
 * checks, defaults and rounding are the kernel's own. The first attempt connects that channel if it can. The other
 * attempts' channels are given the same settings.
 */
public final class SocketSettings implements ChannelSource {
    /** What a channel has beyond a socket's options; its name is the key of the setting. */
    private static final String SO_OOBINLINE = "SO_OOBINLINE";

    private static final InetAddress ANY_IPV4 = new InetSocketAddress("0.0.0.0", 0).getAddress();

    private static volatile @Nullable Set<SocketOption<?>> supported;

    // Owned by the socket: the first channel before the connect, the connected one after it.
    private final ChannelSlot slot;

    private final ReentrantLock lock = new ReentrantLock();
    // The rest is guarded by the lock, but for linger, which the closing thread reads.
    private final Map<Object, Setting> remembered = new LinkedHashMap<>();
    // Channels that need nothing more; few, and compared by identity.
    private final List<SocketChannel> upToDate = new ArrayList<>();
    private @Nullable InetSocketAddress local;
    // Not owned: perhaps an attempt has it.
    private @Nullable SocketChannel first;
    private volatile int lingerSeconds = -1;
    private boolean portIsShared;
    private boolean connected;
    // Whether another channel may take the place of the connected one, and needs the same settings.
    private boolean open;

    SocketSettings(ChannelSlot slot) {
        this.slot = slot;
    }

    /** Returns the options of a plain socket. */
    static Set<SocketOption<?>> supportedOptions() throws IOException {
        Set<SocketOption<?>> options = supported;
        if (options == null) {
            try (SocketChannel channel = SocketChannel.open()) {
                Set<SocketOption<?>> copy = new HashSet<>(channel.supportedOptions());
                copy.removeIf(option -> option.name().equals(SO_OOBINLINE));
                options = Collections.unmodifiableSet(copy);
            }
            supported = options;
        }
        return options;
    }

    /** Has an option set on every channel to come, before the first is opened. */
    <T> void preset(SocketOption<T> option, T value) {
        lock.lock();
        try {
            remembered.put(option, channel -> channel.setOption(option, value));
        } finally {
            lock.unlock();
        }
    }

    <T> void set(SocketOption<T> option, T value) throws IOException {
        if (option == StandardSocketOptions.SO_LINGER && value instanceof Integer seconds) {
            setLinger(seconds);
        } else {
            apply(option, channel -> channel.setOption(option, value));
        }
    }

    @SuppressWarnings("unchecked")
    <T> T get(SocketOption<T> option) throws IOException {
        if (option == StandardSocketOptions.SO_LINGER) {
            slot.get();
            return (T) (Object) lingerSeconds;
        }
        return read(channel -> channel.getOption(option));
    }

    void setOobInline(boolean on) throws IOException {
        apply(SO_OOBINLINE, channel -> channel.socket().setOOBInline(on));
    }

    boolean oobInline() throws IOException {
        return read(channel -> channel.socket().getOOBInline());
    }

    /** Returns the seconds that close waits for; -1 if it does not linger. */
    int lingerSeconds() {
        return lingerSeconds;
    }

    InetAddress localAddress() throws IOException {
        return read(channel -> channel.getLocalAddress() instanceof InetSocketAddress bound
                ? bound.getAddress()
                : new InetSocketAddress(0).getAddress());
    }

    /** Binds; returns the local port. */
    int bind(InetAddress address, int port) throws IOException {
        lock.lock();
        try {
            SocketChannel channel = channel();
            channel.bind(new InetSocketAddress(address, port));
            local = new InetSocketAddress(address, port);
            return portOf(channel);
        } finally {
            lock.unlock();
        }
    }

    /** The first channel, for the first attempt that its local address lets it make; or a new one. */
    @Override
    public SocketChannel open(InetSocketAddress remote) throws IOException {
        lock.lock();
        try {
            InetAddress from = local == null ? ANY_IPV4 : local.getAddress();
            boolean suits = from.isAnyLocalAddress()
                    || from instanceof Inet4Address == remote.getAddress() instanceof Inet4Address;
            SocketChannel taken = suits ? slot.take() : null;
            if (taken != null) {
                upToDate.add(taken);
                return taken;
            }
            // Where the families differ the attempt will fail, and a dual-stack channel fails as a plain socket does.
            return suits ? ChannelSource.super.open(remote) : SocketChannel.open();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void prepare(SocketChannel channel) throws IOException {
        lock.lock();
        try {
            boolean anythingToSet = local != null || !remembered.isEmpty();
            if (anythingToSet && !upToDate.contains(channel)) {
                applyTo(channel);
                upToDate.add(channel);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean lendsLosers() {
        lock.lock();
        try {
            return local == null || local.getPort() == 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the connected channel the socket's own, whatever socket's attempt it comes from; returns its local port.
     * Closes it if that fails.
     */
    int adopt(Winner won) throws IOException {
        SocketChannel winner = won.channel();
        lock.lock();
        try {
            SocketChannel unused = slot.take();
            if (unused != null) {
                unused.close();
            }
            if (!remembered.isEmpty() && !upToDate.contains(winner)) {
                applyAfterConnect(winner);
            }
            if (lingerSeconds >= 0) {
                winner.setOption(StandardSocketOptions.SO_LINGER, lingerSeconds);
            }
            if (portIsShared && !remembered.containsKey(StandardSocketOptions.SO_REUSEADDR)) {
                winner.setOption(StandardSocketOptions.SO_REUSEADDR, false);
            }
            int port = portOf(winner);
            slot.put(won);
            connected = true;
            open = won.opening() != null;
            return port;
        } catch (IOException | RuntimeException e) {
            won.discard();
            throw e;
        } finally {
            if (!open) {
                forget();
            }
            first = null;
            lock.unlock();
        }
    }

    /** Says that no other channel will take the place of the connected one. */
    void decided() {
        lock.lock();
        try {
            forget();
        } finally {
            lock.unlock();
        }
    }

    /** Gives a channel that takes the place of the connected one the same settings; returns its local port. */
    int decidedFor(SocketChannel newcomer) throws IOException {
        lock.lock();
        try {
            if (!upToDate.contains(newcomer)) {
                applyAfterConnect(newcomer);
            }
            if (lingerSeconds >= 0) {
                newcomer.setOption(StandardSocketOptions.SO_LINGER, lingerSeconds);
            }
            return portOf(newcomer);
        } finally {
            forget();
            lock.unlock();
        }
    }

    private void forget() {
        open = false;
        remembered.clear();
        upToDate.clear();
    }

    @Override
    public boolean keepsRunnersUp() {
        // To a port that the socket was bound to, the winner of the race has a right.
        return lendsLosers();
    }

    private void setLinger(int seconds) throws IOException {
        int inRange = seconds < 0 ? -1 : Math.min(seconds, 65535);
        lock.lock();
        try {
            SocketChannel channel = slot.get();
            if (connected && channel != null) {
                channel.setOption(StandardSocketOptions.SO_LINGER, inRange);
            }
            lingerSeconds = inRange;
        } finally {
            lock.unlock();
        }
    }

    private void apply(Object key, Setting setting) throws IOException {
        lock.lock();
        try {
            setting.applyTo(channel());
            if (!connected || open) {
                // The last one is applied last.
                remembered.remove(key);
                remembered.put(key, setting);
                upToDate.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> T read(Getting<T> getting) throws IOException {
        lock.lock();
        try {
            return getting.from(channel());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the connected channel, or the first one, which it opens if need be: while an attempt has it, anew. */
    private SocketChannel channel() throws IOException {
        SocketChannel present = slot.get();
        if (present != null) {
            return present;
        }
        SocketChannel channel = SocketChannel.open();
        try {
            applyTo(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        slot.put(channel);
        first = channel;
        return channel;
    }

    private void applyTo(SocketChannel channel) throws IOException {
        for (Setting setting : remembered.values()) {
            setting.applyTo(channel);
        }
        if (local == null || channel.getLocalAddress() != null) {
            return;
        }
        boolean any = local.getAddress().isAnyLocalAddress();
        if (local.getPort() != 0) {
            sharePort(channel);
        } else if (any) {
            // The kernel would bind it so by itself.
            return;
        }
        // A channel of either family takes the IPv4 wildcard as its own.
        channel.bind(any ? new InetSocketAddress(ANY_IPV4, local.getPort()) : local);
    }

    /** Several channels may have one port if all of them say so. The first says it only when there is a second one. */
    private void sharePort(SocketChannel channel) throws IOException {
        SocketChannel other = first;
        if (other != null && other.isOpen()) {
            other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        portIsShared = true;
    }

    private void applyAfterConnect(SocketChannel winner) {
        for (Setting setting : remembered.values()) {
            try {
                setting.applyTo(winner);
            } catch (IOException | RuntimeException ignored) {
                // Some can only be set before. A connection without it is better than none.
            }
        }
    }

    private static int portOf(SocketChannel channel) throws IOException {
        return channel.getLocalAddress() instanceof InetSocketAddress bound ? bound.getPort() : 0;
    }

    private interface Setting {
        void applyTo(SocketChannel channel) throws IOException;
    }

    private interface Getting<T> {
        T from(SocketChannel channel) throws IOException;
    }
}
