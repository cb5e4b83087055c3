package dev.connie.internal.socket;

import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The options and the local address of a socket, before and after it connects. Thread-safe.
 *
 * <p>Before the connect they are kept in the kernel, in a first channel that is opened when somebody asks for it; so
 * checks, defaults and rounding are the kernel's own. The first attempt connects that channel if it can. The other
 * attempts' channels are given the same settings.
 */
public final class SocketSettings implements ChannelSource {
    // Owned by the socket: the first channel before the connect, the connected one after it.
    private final ChannelSlot slot;

    private final ReentrantLock lock = new ReentrantLock();
    // The rest is guarded by the lock, but for what is volatile.
    private final RememberedOptions remembered = new RememberedOptions();
    private final LocalBinding binding = new LocalBinding();
    // Written under the lock, read by the closing thread.
    private volatile int lingerSeconds = -1;
    // Written by whoever sets it, read by readers. The channel has no such option: its reads do not wait.
    private volatile int soTimeoutMillis;
    private boolean connected;
    // Whether another channel may take the place of the connected one, and needs the same settings.
    private boolean open;

    SocketSettings(ChannelSlot slot) {
        this.slot = slot;
    }

    /** Has an option set on every channel that will be opened. Called before the first is. */
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
        apply(SupportedOptions.SO_OOBINLINE, channel -> channel.socket().setOOBInline(on));
    }

    boolean oobInline() throws IOException {
        return read(channel -> channel.socket().getOOBInline());
    }

    /** Returns the seconds that close waits for; -1 if it does not linger. */
    int lingerSeconds() {
        return lingerSeconds;
    }

    /** Returns how many milliseconds a read waits; 0 for ever. */
    int soTimeoutMillis() {
        return soTimeoutMillis;
    }

    void setSoTimeout(int millis) {
        soTimeoutMillis = millis;
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
            return binding.bind(channel(), address, port);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the first channel, to the first attempt that its local address allows; to the others a new one. */
    @Override
    public SocketChannel open(InetSocketAddress remote) throws IOException {
        lock.lock();
        try {
            boolean suits = binding.suits(remote);
            SocketChannel taken = suits ? slot.take() : null;
            if (taken != null) {
                remembered.noteUpToDate(taken);
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
            boolean anythingToSet = binding.isBound() || !remembered.isEmpty();
            if (anythingToSet && !remembered.isUpToDate(channel)) {
                applyTo(channel);
                remembered.noteUpToDate(channel);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean lendsLosers() {
        lock.lock();
        try {
            return !binding.hasPort();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the connected channel the socket's own, even if the attempt was another socket's; returns its local port.
     * Closes the channel if that fails.
     */
    int adopt(Winner won) throws IOException {
        SocketChannel winner = won.channel();
        lock.lock();
        try {
            SocketChannel unused = slot.take();
            if (unused != null) {
                unused.close();
            }
            applyAfterConnect(winner);
            if (binding.isPortShared() && !remembered.contains(StandardSocketOptions.SO_REUSEADDR)) {
                winner.setOption(StandardSocketOptions.SO_REUSEADDR, false);
            }
            int port = LocalBinding.portOf(winner);
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
            binding.firstIs(null);
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
            applyAfterConnect(newcomer);
            return LocalBinding.portOf(newcomer);
        } finally {
            forget();
            lock.unlock();
        }
    }

    private void forget() {
        open = false;
        remembered.clear();
    }

    @Override
    public boolean keepsRunnersUp() {
        // A port that the socket was bound to belongs to the winner of the race; no other channel may keep it.
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

    private void apply(Object key, RememberedOptions.Setting setting) throws IOException {
        lock.lock();
        try {
            setting.applyTo(channel());
            if (!connected || open) {
                remembered.put(key, setting);
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

    /**
     * Returns the connected channel, or the first one. Opens a first one if there is none, or an attempt has taken it.
     */
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
        binding.firstIs(channel);
        return channel;
    }

    private void applyTo(SocketChannel channel) throws IOException {
        remembered.applyTo(channel);
        binding.applyTo(channel);
    }

    private void applyAfterConnect(SocketChannel connected) throws IOException {
        remembered.applyAfterConnect(connected);
        if (lingerSeconds >= 0) {
            connected.setOption(StandardSocketOptions.SO_LINGER, lingerSeconds);
        }
    }

    private interface Getting<T> {
        T from(SocketChannel channel) throws IOException;
    }
}
