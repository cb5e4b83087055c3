package dev.connie.internal.socket;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@link SocketOption}s that a plain client socket has on this machine, and the checks of a plain socket. */
public final class SupportedOptions {
    /**
     * An option that a channel has and a socket does not; also the key by which {@link SocketSettings} remembers it.
     */
    static final String SO_OOBINLINE = "SO_OOBINLINE";

    private static volatile @Nullable Set<SocketOption<?>> supported;

    private SupportedOptions() {}

    /** Returns all of them; none if there is no descriptor to ask the system with. */
    static Set<SocketOption<?>> all() {
        Set<SocketOption<?>> options = supported;
        if (options == null) {
            try (SocketChannel channel = SocketChannel.open()) {
                Set<SocketOption<?>> copy = new HashSet<>(channel.supportedOptions());
                copy.removeIf(option -> option.name().equals(SO_OOBINLINE));
                options = Collections.unmodifiableSet(copy);
            } catch (IOException noDescriptor) {
                return Set.of();
            }
            supported = options;
        }
        return options;
    }

    /** @throws UnsupportedOperationException if a plain socket does not have the option */
    static void require(SocketOption<?> option) {
        if (!all().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    /**
     * @throws UnsupportedOperationException if a plain socket does not have the option
     * @throws IllegalArgumentException if the value is not of the option's type
     */
    static void require(SocketOption<?> option, @Nullable Object value) {
        require(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
    }
}
