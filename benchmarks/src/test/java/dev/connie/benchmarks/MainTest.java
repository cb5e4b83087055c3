package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void listsScenariosAndContenders() {
        assertThat(run("http", "--list")).isZero();

        assertThat(out.toString())
                .contains(
                        "Scenarios of http:\n  one-address\n      One live address of 20 ms: nothing to win,",
                        "fastest-mute-in-tls",
                        "ipv6-slow",
                        "Contenders of http:\n  OkHttp\n  OkHttp + Connie\n",
                        "java.net.http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "http", "both", "simulate", "overhead", "lab"})
    void helpsWithEachCommand(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: benchmarks " + command);
    }

    @Test
    void listsScenariosAsAFileThatItTakes() throws IOException {
        assertThat(run("connect", "--list", "--json")).isZero();
        Path file = Files.writeString(directory.resolve("mine.json"), out.toString());

        assertThat(Scenarios.read(file)).containsAll(Benchmark.CONNECT.scenarios());
    }

    @Test
    void playsAScenarioOfTheUsersOwn() throws IOException {
        Path file = Files.writeString(
                directory.resolve("mine.json"), Scenarios.write(List.of(Scenarios.named("loopback-half-refuse"))));

        assertThat(run("connect", "--loopback", "--scenario-file", file.toString(), "--rounds", "2", "--out", out()))
                .isZero();
        assertThat(lines("connect"))
                .anySatisfy(line -> assertThat(line).startsWith(line("loopback-half-refuse", "oracle", 2, 0)));
    }

    @Test
    void saysWhatIsWrongWithAnOption() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.json"), "[{\"name\": \"x\"}]");

        assertThat(run("connect", "--scenarios", "no-such")).isEqualTo(2);
        assertThat(run("connect", "--contenders", "nobody")).isEqualTo(2);
        assertThat(run("connect", "--rounds", "0")).isEqualTo(2);
        assertThat(run("connect", "--hosts", "example.com")).isEqualTo(2);
        assertThat(run("connect", "--scenario-file", broken.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "no scenario is called no-such; --list tells the names",
                        "no contender is called nobody; --list tells the names",
                        "rounds must be at least 1: 0",
                        "not host:port, such as example.com:443: example.com",
                        "broken.json");
    }

    @Test
    void connectsOnLoopbackWhereThereIsNoLabOfItsOwn() throws IOException {
        assertThat(run(
                        "connect",
                        "--loopback",
                        "--scenarios",
                        "loopback-first-of-4-dead",
                        "--rounds",
                        "3",
                        "--out",
                        out()))
                .isZero();

        assertThat(lines("connect"))
                .filteredOn(line -> line.contains("loopback-first-of-4-dead"))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith(line("loopback-first-of-4-dead", "Connie allAtOnce", 3, 0)),
                        line -> assertThat(line).startsWith(line("loopback-first-of-4-dead", "Connie adaptive", 3, 0)),
                        line -> assertThat(line).startsWith(line("loopback-first-of-4-dead", "Connie rfc8305", 3, 0)),
                        // It never gets past the first address, which is dead.
                        line -> assertThat(line)
                                .startsWith(line("loopback-first-of-4-dead", "Socket first address", 3, 3)),
                        line -> assertThat(line)
                                .startsWith(line("loopback-first-of-4-dead", "Socket one after another", 3, 0)),
                        line -> assertThat(line).contains("\"contender\":\"Socket random (cached DNS)\",\"calls\":3,"),
                        line -> assertThat(line).startsWith(line("loopback-first-of-4-dead", "oracle", 3, 0)));
    }

    @Test
    void everyContenderOfTheListCanBeChosen() {
        for (Benchmark benchmark : List.of(Benchmark.CONNECT, Benchmark.HTTP)) {
            for (Contender.Kind kind : benchmark.contenders(true)) {
                assertThat(run(benchmark.word(), "--contenders", kind.name(), "--list"))
                        .as(kind.name())
                        .isZero();
            }
        }
    }

    @Test
    void everyClientFetchesOnLoopback() throws IOException {
        assertThat(run("http", "--loopback", "--scenarios", "loopback-all-live", "--rounds", "2", "--out", out()))
                .isZero();

        assertThat(lines("http").stream().skip(1))
                .hasSize(16)
                .allSatisfy(line ->
                        assertThat(line).contains("\"scenario\":\"loopback-all-live\",", "\"calls\":2,\"failed\":0,"));
    }

    @Test
    void connectsToRealHosts() throws IOException {
        try (var server = new ServerSocket(0, 50, InetAddress.getByName("localhost"))) {
            String host = "localhost:" + server.getLocalPort();
            assertThat(run("connect", "--hosts", host, "--rounds", "2", "--out", out()))
                    .isZero();

            assertThat(lines("connect"))
                    .anySatisfy(line -> assertThat(line).startsWith(line(host, "Connie allAtOnce", 2, 0)));
        }
    }

    @Test
    void simulatesPoliciesInPopulations() throws IOException {
        assertThat(run(
                        "simulate",
                        "--populations",
                        "swap,identical",
                        "--policies",
                        "rfc8305,allAtOnce",
                        "--runs",
                        "1",
                        "--seed",
                        "5",
                        "--out",
                        out()))
                .isZero();

        assertThat(lines("simulate"))
                .filteredOn(line -> line.contains("\"identical\""))
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"policy\":\"allAtOnce\""),
                        line -> assertThat(line).contains("\"policy\":\"rfc8305\""),
                        line -> assertThat(line).contains("\"policy\":\"oracle\""));
        assertThat(out.toString()).contains("swap: 2 replicas of 10 and 50 ms", "Tables and 4 pictures: ");
    }

    @Test
    void listsPopulationsAndPolicies() {
        assertThat(run("simulate", "--list")).isZero();

        assertThat(out.toString()).contains("ipv6-broken", "64 addresses", "storm-clients", "rfc8305-100ms");
    }

    @Test
    void saysWhatIsWrongWithASimulation() {
        assertThat(run("simulate", "--populations", "swap,no-such")).isEqualTo(2);
        assertThat(run("simulate", "--policies", "nobody")).isEqualTo(2);
        assertThat(run("simulate", "--runs", "0")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "no population is called no-such; --list tells the names",
                        "no policy is called nobody; --list tells the names",
                        "runs must be at least 1: 0");
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String out() {
        return directory.toString();
    }

    private static String line(String scenario, String contender, int calls, int failed) {
        return "{\"scenario\":\"%s\",\"contender\":\"%s\",\"calls\":%d,\"failed\":%d,"
                .formatted(scenario, contender, calls, failed);
    }

    private List<String> lines(String benchmark) throws IOException {
        return Files.readAllLines(directory.resolve(benchmark).resolve("results.jsonl"));
    }
}
