package dev.connie.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Counts this process's open sockets, epoll instances and event descriptors. */
public final class Descriptors {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    static {
        try {
            // From the first close of a channel on, the JVM keeps a socket of its own.
            SocketChannel.open().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptors() {}

    /** Returns how many are open now. Skips the test where the system does not tell. */
    public static long open() {
        return count("socket:", "anon_inode:");
    }

    /** Returns how many sockets are open now, whatever idle selectors are kept for the next wait. */
    public static long openSockets() {
        return count("socket:");
    }

    private static long count(String... kinds) {
        assumeTrue(Files.isDirectory(OPEN_FILES), "needs /proc");
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            return files.filter(file -> isOneOf(file, kinds)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOneOf(Path link, String... kinds) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return Stream.of(kinds).anyMatch(target::startsWith);
        } catch (IOException gone) {
            // It was closed since the listing.
            return false;
        }
    }
}
