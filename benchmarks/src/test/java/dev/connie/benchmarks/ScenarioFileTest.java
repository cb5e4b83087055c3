package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Replica.Family;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFileTest {
    @Nested
    class ReadsBack {
        @Test
        void theWholeCatalogueAsItIsPrinted() throws IOException {
            assertThat(Scenarios.parse("x", Scenarios.write(Scenarios.all()))).isEqualTo(Scenarios.all());
        }

        @Test
        void everyFieldOfAReplica() throws IOException {
            Replica replica = new Replica(
                    Family.IPV6,
                    Duration.ofNanos(1_500_000),
                    Duration.ofMillis(2),
                    0.1,
                    0.025,
                    Fault.BLACK_HOLE,
                    Duration.ofSeconds(2),
                    Duration.ofMillis(3_500));
            var scenario = new Scenario("mine", "\"quoted\"", Duration.ofMillis(500), true, List.of(replica));

            String written = Scenarios.write(List.of(scenario));

            assertThat(Scenarios.parse("x", written)).containsExactly(scenario);
            assertThat(written).isEqualTo("""
                            [
                              { "name": "mine", "description": "\\"quoted\\"", "timeout": "500 ms", "shuffled": true, "replicas": [
                                { "family": "IPv6", "rtt": "1.5 ms", "jitter": "2 ms", "loss": 0.1, "synLoss": 0.025, \
                            "fault": "black-hole", "faultFrom": "2 s", "faultUntil": "3.5 s" }
                              ] }
                            ]""");
        }
    }

    @Test
    void whatNeedNotBeSaidHasADefault(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mine.json"), """
                {
                  "name": "mine", // one scenario needs no list
                  "description": "two addresses",
                  "replicas": [ { "fault": "black-hole" }, { "rtt": "20 ms" } ]
                }
                """);

        assertThat(Scenarios.read(file))
                .containsExactly(new Scenario(
                        "mine",
                        "two addresses",
                        Duration.ofSeconds(1),
                        false,
                        List.of(Replica.live(0).with(Fault.BLACK_HOLE), Replica.live(20))));
    }

    @Nested
    class RefusesInOneLineThatSaysWhereAndWhatWouldBeRight {
        @Test
        void aFieldThatIsNotKnown() {
            assertReplicaRefused("\"rtt\": \"20 ms\", \"rtts\": 3", ", rtts: there is no \"rtts\"", "jitter");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"shuffle\": true, \"replicas\": [ { \"rtt\": \"1 ms\" } ] }",
                    "scenario 1, shuffle: there is no \"shuffle\"",
                    "shuffled");
        }

        @Test
        void aFieldThatIsMissing() {
            String whole = "a scenario has a name, a description, and replicas";
            assertRefused(
                    "[ { \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] } ]", "scenario 1", whole);
            assertRefused("{ \"name\": \"a\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }", "scenario 1", whole);
            assertRefused("{ \"name\": \"a\", \"description\": \"b\" }", "scenario 1", whole);
            assertReplicaRefused("\"fault\": \"refuses\"", ": ", "only a black hole can do without an rtt");
            assertReplicaRefused(
                    "\"fault\": \"black-hole\", \"faultFrom\": \"1 s\"",
                    ": ",
                    "only a black hole can do without an rtt");
        }

        @Test
        void whatIsOfAnotherForm() {
            String duration = "not a number with a unit (ns, us, ms, s), such as \"20 ms\"";
            assertReplicaRefused("\"rtt\": 20", ", rtt: ", duration);
            assertReplicaRefused("\"rtt\": \"20\"", ", rtt: ", duration);
            assertReplicaRefused("\"rtt\": null", ": ", "only a black hole can do without an rtt");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"synLoss\": 2", ": ", "a share is 0 to 1");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"loss\": \"2 %\"", ", loss: ", "\"2 %\"");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"fault\": \"dead\"", ", fault: ", "mute-in-tls");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"family\": \"six\"", ", family: ", "IPv6");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"shuffled\": \"yes\", \"replicas\": [] }",
                    "scenario 1, shuffled: ",
                    "\"yes\"");
            assertRefused("[ 3 ]", "scenario 1: ", "Scenario");
            assertRefused("{ \"replicas\": 3 }", "scenario 1, replicas 1: ", "Replica");
        }

        @Test
        void whatAScenarioOrAReplicaCannotBe() {
            assertRefused(
                    "[ { \"name\": \"Mine!\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] } ]",
                    "scenario 1: ",
                    "a scenario's name is small letters, digits and hyphens: Mine!");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [] }",
                    "scenario 1: ",
                    "a scenario has 1 to 64 replicas: a has 0");
            assertReplicaRefused(
                    "\"rtt\": \"1 ms\", \"fault\": \"silent\", \"faultFrom\": \"2 s\", \"faultUntil\": \"1 s\"",
                    ": ",
                    "faultUntil must be after faultFrom: PT1S, PT2S");
        }

        @Test
        void twoScenariosOfOneNameAndNone() {
            String one = "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }";
            assertRefused("[ " + one + ",\n" + one + " ]", "there are two scenarios named \"a\"", "");
            assertRefused("[]", "there is no scenario", "");
            assertRefused("", "", "No content");
        }

        @Test
        void whatIsNotJson() {
            assertRefused("[\n{ \"name\" \"a\" }\n]", "mine.json:2: ", "Unexpected character");
            assertRefused("[\n{ \"name\": \"a\",", "mine.json:2: ", "Unexpected end-of-input");
            assertRefused("{ \"name\": \"a\", \"name\": \"b\" }", "mine.json:1: ", "Duplicate");
            assertRefused(withReplica("\"rtt\": \"1 ms\"") + "[", "mine.json:1: ", "Trailing token");
        }

        @Test
        void aFileThatIsNotThere(@TempDir Path directory) {
            Path missing = directory.resolve("none.json");
            assertThatThrownBy(() -> Scenarios.read(missing)).hasMessage(missing + ": no such file");
        }

        private void assertReplicaRefused(String replica, String where, String problem) {
            assertRefused(withReplica(replica), "scenario 1, replicas 1" + where, problem);
        }

        private void assertRefused(String text, String where, String problem) {
            assertThatThrownBy(() -> Scenarios.parse("mine.json", text))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("mine.json:")
                    .hasMessageContaining(where)
                    .hasMessageContaining(problem)
                    .message()
                    .hasLineCount(1);
        }

        private String withReplica(String replica) {
            return "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [ { " + replica + " } ] }";
        }
    }
}
