package dev.connie.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Has two processes share one CPU. Else a ping-pong measures whether the scheduler puts them on one or on two, which it
 * makes up its mind about anew now and then, and which is a factor of four.
 */
final class OneCpu {
    private static final String ALLOWED = "Cpus_allowed_list:";

    private OneCpu() {}

    /** Does nothing where there is no {@code taskset}. */
    static void share(long pid, long otherPid) {
        try {
            String cpu = firstAllowed();
            pin(pid, cpu);
            pin(otherPid, cpu);
        } catch (IOException notLinux) {
            // Then the figures jump about, as they say themselves by their quartiles.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String firstAllowed() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(ALLOWED)) {
                return line.substring(ALLOWED.length()).strip().split("[-,]", 2)[0];
            }
        }
        throw new IOException("no " + ALLOWED);
    }

    private static void pin(long pid, String cpu) throws IOException, InterruptedException {
        new ProcessBuilder("taskset", "-a", "-c", "-p", cpu, Long.toString(pid))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }
}
