package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main method in a JVM of its own, for what cannot be undone in this one. */
final class ChildJvm {
    private ChildJvm() {}

    /** Runs on the test class path with the same JDK; returns all output. Fails unless it exits with 0 within 40 s. */
    static String run(int maxDescriptors, List<String> options, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -n " + maxDescriptors + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(args));
        Path output = Files.createTempFile("child", ".log");
        try {
            Process child = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = child.waitFor(40, TimeUnit.SECONDS);
            child.destroyForcibly();
            String said = Files.readString(output);
            assertThat(ended).as("ended in time: %s", said).isTrue();
            assertThat(child.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }
}
