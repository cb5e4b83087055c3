package dev.connie.internal.socket;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;

/** The options by their numbers in {@link SocketOptions}, by which {@link java.net.Socket} gets and sets them. */
public final class LegacyOptions {
    private LegacyOptions() {}

    static void set(SocketSettings settings, int id, Object value) throws IOException {
        switch (id) {
            case SocketOptions.SO_TIMEOUT -> settings.setSoTimeout((Integer) value);
            case SocketOptions.SO_OOBINLINE -> settings.setOobInline((Boolean) value);
            case SocketOptions.SO_LINGER ->
                settings.set(StandardSocketOptions.SO_LINGER, value instanceof Integer seconds ? seconds : -1);
            default -> set(settings, optionOf(id), value);
        }
    }

    static Object get(SocketSettings settings, int id) throws IOException {
        return switch (id) {
            case SocketOptions.SO_TIMEOUT -> settings.soTimeoutMillis();
            case SocketOptions.SO_OOBINLINE -> settings.oobInline();
            case SocketOptions.SO_BINDADDR -> settings.localAddress();
            case SocketOptions.SO_LINGER -> {
                int seconds = settings.lingerSeconds();
                // "Off" is not a number here: the interface asks for false.
                yield seconds < 0 ? (Object) Boolean.FALSE : (Object) seconds;
            }
            default -> settings.get(optionOf(id));
        };
    }

    private static <T> void set(SocketSettings settings, SocketOption<T> option, Object value) throws IOException {
        settings.set(option, option.type().cast(value));
    }

    private static SocketOption<?> optionOf(int id) throws SocketException {
        return switch (id) {
            case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            case SocketOptions.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            default -> throw new SocketException("Unknown option " + id);
        };
    }
}
