package dev.connie.benchmarks.lab;

import com.sun.jna.StringArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The JVM that a {@link Namespace} starts with. It brings the loopback device up and lets the real one take its place in
 * the same process: a JVM that finds no IPv6 address at all when it starts does without IPv6 for good, and in a new
 * namespace there is none, not even ::1.
 */
final class FirstInside {
    private static final int STANDARD_ERROR = 2;

    private FirstInside() {}

    /** Takes the command of the real one. */
    public static void main(String[] args) throws IOException {
        try (Interfaces interfaces = Interfaces.ipv4()) {
            interfaces.up("lo");
        }
        closeAllOnExec();
        try (StringArray command = new StringArray(args)) {
            Libc.check(Libc.execv(args[0], command), "exec " + args[0]);
        }
    }

    /** What this JVM has open, as its class path, is of no use to the next; standard input and output are. */
    private static void closeAllOnExec() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            open.mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(descriptor -> descriptor > STANDARD_ERROR)
                    .forEach(descriptor -> Libc.fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC));
        }
    }
}
