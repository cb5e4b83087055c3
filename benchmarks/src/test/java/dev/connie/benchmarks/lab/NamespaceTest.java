package dev.connie.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NamespaceTest {
    @Test
    void this_jvm_is_outside() {
        assertThat(Namespace.isInside()).isFalse();
    }

    @Test
    void passes_arguments_on_and_the_exit_code_back() throws Exception {
        requireNamespace();
        assertThat(Namespace.restart(CountsArguments.class, List.of("one", "two words", "")))
                .isEqualTo(33);
    }

    @Test
    void has_a_network_of_its_own() throws Exception {
        requireNamespace();
        Process inside = Namespace.command(TellsItsNetwork.class, List.of()).start();
        try (BufferedReader output = output(inside)) {
            assertThat(output.readLine()).startsWith("inside net:").isNotEqualTo("inside " + network());
        } finally {
            inside.destroyForcibly();
        }
    }

    @Test
    void ends_with_the_program_that_started_it_even_if_that_is_killed() throws Exception {
        requireNamespace();
        Process parent = jvm(StartsOneThatStays.class).start();
        try (BufferedReader output = output(parent)) {
            ProcessHandle inside =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            assertThat(inside.isAlive()).isTrue();
            parent.destroyForcibly();
            assertThat(inside.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void says_why_it_cannot_be_where_there_is_no_program_unshare() throws Exception {
        ProcessBuilder builder = jvm(TellsWhyNot.class);
        builder.environment().put("PATH", "/nonexistent");
        Process process = builder.start();
        try (BufferedReader output = output(process)) {
            // Where there is no device either, that is the reason.
            assertThat(output.readLine()).matches("The WAN lab needs .*(unshare|/dev/net/tun).*");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void requireNamespace() {
        Namespace.whyNot().ifPresent(reason -> abort(reason));
    }

    private static ProcessBuilder jvm(Class<?> main) {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true);
    }

    /** The number of this process's network namespace. */
    private static Path network() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static final class CountsArguments {
        public static void main(String[] args) {
            System.exit(List.of(args).equals(List.of("one", "two words", "")) ? 33 : 1);
        }
    }

    static final class TellsItsNetwork {
        public static void main(String[] args) throws IOException {
            System.out.println((Namespace.isInside() ? "inside " : "outside ") + network());
        }
    }

    static final class StartsOneThatStays {
        public static void main(String[] args) throws Exception {
            Namespace.restart(TellsItsProcessAndStays.class, List.of());
        }
    }

    static final class TellsItsProcessAndStays {
        public static void main(String[] args) throws InterruptedException {
            System.out.println(ProcessHandle.current().pid());
            new CountDownLatch(1).await();
        }
    }

    static final class TellsWhyNot {
        public static void main(String[] args) {
            System.out.println(Namespace.whyNot().orElse("it can be"));
        }
    }
}
