package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class RaceDemoTest {
    private static final String ESCAPE = "\u001b";

    private final Printed out = new Printed();
    private final Printed err = new Printed();

    private int run(String... args) throws InterruptedException {
        return RaceDemo.run(args, out.stream(), err.stream(), Colours.NONE);
    }

    @Nested
    @EnabledOnOs(OS.LINUX)
    class Without_arguments {
        // Title, bar, time, its unit, and who answered.
        private static final Pattern ROW =
                Pattern.compile("  ([\\w+ ]+?) +\\|(#*) +([\\d.]+) (ms|s)  (no answer|[\\d.]+).*");

        private record Row(String title, double millis, String answer) {}

        @Test
        void everyClientIsFasterWithConnieAndNothingIsLeftBehind() throws Exception {
            warmUp();
            Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
            long socketsBefore = openSockets();

            int exitCode = run();

            assertThat(err).hasToString("");
            assertThat(exitCode).isZero();
            List<Row> rows = rows();
            assertThat(rows)
                    .extracting(Row::title)
                    .containsExactly(
                            "Socket",
                            "+ Connie",
                            "HttpClient 5",
                            "+ Connie",
                            "OkHttp",
                            "+ Connie",
                            "OkHttp",
                            "+ Connie");
            Row socket = rows.get(0);
            Row httpClient = rows.get(2);
            Row okHttp = rows.get(4);
            for (Row connie : List.of(rows.get(1), rows.get(3), rows.get(5))) {
                assertThat(connie.answer()).isEqualTo("127.0.8.4");
                assertThat(connie.millis())
                        .isLessThan(httpClient.millis())
                        .isLessThan(okHttp.millis())
                        .isLessThan(socket.millis());
            }
            assertThat(okHttp.answer()).startsWith("127.0.8.");
            Row behindMute = rows.get(6);
            Row raced = rows.get(7);
            assertThat(raced.answer()).isEqualTo("127.0.8.7");
            // A read timeout, for the server that says nothing.
            assertThat(behindMute.millis()).isGreaterThan(3000).isGreaterThan(raced.millis());
            // Its connect timeout, once for each silent address before the ones that work.
            assertThat(httpClient.millis()).isGreaterThan(3000);

            assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
            assertThat(out.toString()).doesNotContain(ESCAPE);
            assertThat(waterfall())
                    .contains("connected to 127.0.8.4:", "127.0.8.1:", "127.0.8.2:", "127.0.8.3:", "|  connected")
                    .contains("Connection refused")
                    .contains("no answer", "|  answered");

            assertThat(threadsLeft(threadsBefore)).isEmpty();
            assertThat(socketsLeft(socketsBefore)).isZero();
        }

        /** The JVM opens a socket of its own when it first closes one, and keeps it. */
        private void warmUp() throws IOException {
            DemoNetwork.open().close();
        }

        private List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            Matcher row = ROW.matcher("");
            for (String line : out.toString().split("\n")) {
                if (row.reset(line).matches()) {
                    double scale = row.group(4).equals("s") ? 1000 : 1;
                    rows.add(new Row(row.group(1).strip(), Double.parseDouble(row.group(3)) * scale, row.group(5)));
                }
            }
            return rows;
        }

        private String waterfall() {
            return out.toString().substring(out.toString().indexOf("connected to"));
        }

        @Test
        void theNetworkIsDownAgainWhenTheDemonstrationIsInterrupted() throws Exception {
            warmUp();
            Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
            long socketsBefore = openSockets();
            Thread.currentThread().interrupt();

            assertThatThrownBy(RaceDemoTest.this::run).isInstanceOf(InterruptedException.class);

            assertThat(threadsLeft(threadsBefore)).isEmpty();
            assertThat(socketsLeft(socketsBefore)).isZero();
        }
    }

    @Nested
    class With_hosts {
        @Test
        void itShowsTheAddressesAndTheWaterfall() throws Exception {
            try (ServerSocket server = listen()) {
                int port = server.getLocalPort();

                assertThat(run("127.0.0.1:" + port)).isZero();

                assertThat(out.toString())
                        .contains("127.0.0.1 has 1 address: 127.0.0.1\n")
                        .contains("connected to 127.0.0.1:" + port + " in ")
                        .contains("|  connected\n");
                assertThat(err).hasToString("");
            }
        }

        @Test
        void aUrlNamesAHostToo() throws Exception {
            try (ServerSocket server = listen()) {
                int port = server.getLocalPort();

                assertThat(run("http://localhost:" + port + "/", "--policy", "rfc8305"))
                        .isZero();

                assertThat(out.toString()).contains("localhost has ", "connected to 127.0.0.1:" + port);
            }
        }

        @Test
        void eachOfSeveralIsRacedAlthoughOneFails() throws Exception {
            int refused = portThatRefuses();
            try (ServerSocket server = listen()) {
                assertThat(run("127.0.0.1:" + refused, "127.0.0.1:" + server.getLocalPort()))
                        .isEqualTo(1);

                assertThat(out.toString())
                        .contains("no connection after ", "|  Connection refused\n")
                        .contains("connected to 127.0.0.1:" + server.getLocalPort());
                assertThat(err).hasToString("RaceDemo: could not connect to 127.0.0.1:" + refused + "\n");
            }
        }

        @Test
        @EnabledOnOs(OS.LINUX)
        void aHostThatDoesNotAnswerIsGivenUpAfterTheTimeout() throws Exception {
            try (DemoNetwork network = DemoNetwork.open()) {
                String target = "127.0.8.2:" + network.port();

                assertThat(run(target, "--timeout", "100ms")).isEqualTo(1);

                assertThat(out.toString()).contains("timed out after ", "Connect timed out\n");
                assertThat(err).hasToString("RaceDemo: no answer from " + target + " in 100 ms\n");
            }
        }

        @Test
        void anUnknownHostIsALineOnTheErrorStream() throws Exception {
            // No label of a host name has more than 63 letters, so that no name server is asked.
            String host = "a".repeat(64) + ".test";

            assertThat(run(host + ":443")).isEqualTo(1);

            assertThat(err).hasToString("RaceDemo: unknown host " + host + "\n");
        }

        private int portThatRefuses() throws IOException {
            try (ServerSocket closedAgain = listen()) {
                return closedAgain.getLocalPort();
            }
        }

        private ServerSocket listen() throws IOException {
            return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        }
    }

    @Nested
    class Otherwise {
        @Test
        void helpIsHelp() throws Exception {
            assertThat(run("--help")).isZero();

            assertThat(out).hasToString(Arguments.HELP);
            assertThat(err).hasToString("");
        }

        @Test
        void aWrongArgumentIsALineOnTheErrorStream() throws Exception {
            assertThat(run("example.com")).isEqualTo(2);

            assertThat(out).hasToString("");
            assertThat(err).hasToString("RaceDemo: 'example.com' is not host:port, such as example.com:443\n");
        }
    }

    /** Returns the new threads that do not end, but for those that OkHttp and Connie keep for the whole process. */
    private static Set<String> threadsLeft(Set<Thread> before) throws InterruptedException {
        for (Thread thread : newThreads(before).toList()) {
            thread.join(Duration.ofSeconds(10).toMillis());
        }
        return newThreads(before).map(Thread::getName).collect(Collectors.toSet());
    }

    private static Stream<Thread> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                // The JDK's own, one for the process: CompletableFuture.delayedExecutor starts it.
                .filter(thread -> !thread.getName().matches("CompletableFutureDelayScheduler|.*-delayScheduler"))
                .filter(thread -> !thread.getName().matches("OkHttp .*|Okio Watchdog|Cleaner-\\d+"));
    }

    /**
     * Returns how many more sockets are open than before. On JDK 25, HttpClient by itself leaves the sockets of failed
     * connects to the garbage collector; a lost SocketChannel of Connie's would never be closed by it.
     */
    private static long socketsLeft(long before) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (openSockets() > before && System.nanoTime() - deadlineNanos < 0) {
            System.gc();
            Thread.sleep(20);
        }
        return Math.max(0, openSockets() - before);
    }

    private static long openSockets() throws IOException {
        Path openFiles = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(openFiles), "needs /proc");
        try (Stream<Path> files = Files.list(openFiles)) {
            return files.filter(RaceDemoTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().startsWith("socket:");
        } catch (IOException gone) {
            // It was closed since the listing.
            return false;
        }
    }
}
