package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.benchmarks.lab.Family;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
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
            assertThat(ScenarioFile.parse("x", ScenarioTemplate.write(Scenarios.all())))
                    .isEqualTo(Scenarios.all());
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

            String written = ScenarioTemplate.write(List.of(scenario));

            assertThat(ScenarioFile.parse("x", written)).containsExactly(scenario);
            assertThat(written).isEqualTo("""
                            [
                              {
                                "name": "mine",
                                "description": "\\"quoted\\"",
                                "timeout": "500 ms",
                                "shuffled": true,
                                "replicas": [
                                  { "family": "IPv6", "rtt": "1.5 ms", "jitter": "2 ms", "loss": 0.1, "synLoss": 0.025, \
                            "fault": "black-hole", "faultFrom": "2 s", "faultUntil": "3.5 s" }
                                ]
                              }
                            ]
                            """);
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

        assertThat(ScenarioFile.read(file))
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
            assertRefused(
                    """
                    [ { "name": "a", "description": "b",
                        "replicas": [
                          { "rtt": "20 ms",
                            "rtts": 3 } ] } ]
                    """,
                    "mine.json:4: a replica has no \"rtts\"; it has family, rtt, jitter, loss, synLoss, fault,"
                            + " faultFrom, faultUntil");
            assertRefused(
                    "{ \"names\": \"a\" }",
                    "mine.json:1: a scenario has no \"names\"; it has name, description, timeout, shuffled, replicas");
        }

        @Test
        void aFieldThatIsMissing() {
            assertRefused(
                    "[\n{ \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }\n]",
                    "mine.json:2: the scenario that begins here has no \"name\"");
            assertRefused(
                    "{ \"name\": \"a\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }",
                    "mine.json:1: the scenario that begins here has no \"description\"");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\" }",
                    "mine.json:1: the scenario that begins here has no \"replicas\"");
            assertRefused(
                    withReplica("{ \"fault\": \"refuses\" }"),
                    "mine.json:2: the replica that begins here has no \"rtt\"");
            assertRefused(
                    withReplica("{ \"fault\": \"black-hole\", \"faultFrom\": \"1 s\" }"),
                    "mine.json:2: the replica that begins here has no \"rtt\"");
        }

        @Test
        void aDurationWithoutUnit() {
            String expected =
                    "mine.json:2: expected \"rtt\" to be a number with a unit (ns, us, ms, s), such as \"20 ms\",";
            assertRefused(withReplica("{ \"rtt\": 20 }"), expected + " but found 20");
            assertRefused(withReplica("{ \"rtt\": \"20\" }"), expected + " but found \"20\"");
            assertRefused(withReplica("{ \"rtt\": null }"), expected + " but found null");
        }

        @Test
        void aShareThatIsAPercentage() {
            assertRefused(
                    withReplica("{ \"rtt\": \"20 ms\", \"synLoss\": 2 }"),
                    "mine.json:2: expected \"synLoss\" to be a number from 0 to 1, but found 2");
            assertRefused(
                    withReplica("{ \"rtt\": \"20 ms\", \"loss\": \"2 %\" }"),
                    "mine.json:2: expected \"loss\" to be a number from 0 to 1, but found \"2 %\"");
        }

        @Test
        void aWordThatIsNotOneOfThose() {
            assertRefused(
                    withReplica("{ \"rtt\": \"20 ms\", \"fault\": \"dead\" }"),
                    "mine.json:2: expected \"fault\" to be one of none, black-hole, refuses, unreachable, silent,"
                            + " mute-in-tls, but found \"dead\"");
            assertRefused(
                    withReplica("{ \"rtt\": \"20 ms\", \"family\": 6 }"),
                    "mine.json:2: expected \"family\" to be one of IPv4, IPv6, but found 6");
            assertRefused(
                    "{ \"shuffled\": \"yes\" }",
                    "mine.json:1: expected \"shuffled\" to be true or false, but found \"yes\"");
        }

        @Test
        void whatAScenarioOrAReplicaCannotBe() {
            assertRefused(
                    "[\n { \"name\": \"Mine!\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] } ]",
                    "mine.json:2: a scenario's name is small letters, digits and hyphens: Mine!");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [] }",
                    "mine.json:1: a scenario has 1 to 64 replicas: a has 0");
            assertRefused(
                    withReplica("{ \"rtt\": \"1 ms\", \"fault\": \"silent\", \"faultFrom\": \"2 s\","
                            + " \"faultUntil\": \"1 s\" }"),
                    "mine.json:2: faultUntil must be after faultFrom: PT1S, PT2S");
        }

        @Test
        void twoScenariosOfOneName() {
            String one = "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }";
            assertRefused("[ " + one + ",\n" + one + " ]", "mine.json:2: there are two scenarios named \"a\"");
        }

        @Test
        void whatIsNoListOfScenarios() {
            assertRefused("[]", "mine.json:1: the list has no scenario");
            assertRefused("[ 3 ]", "mine.json:1: expected a scenario, {...}, but found 3");
            assertRefused(
                    "",
                    "mine.json:1: expected a list of scenarios, [...], or one scenario, {...}, but found the end of"
                            + " the file");
            assertRefused("{ \"replicas\": { } }", "mine.json:1: expected the list of replicas, [...], but found {");
            assertRefused(
                    withReplica("{ \"rtt\": \"1 ms\" }") + "[", "mine.json:3: expected nothing more, but found [");
        }

        @Test
        void whatIsNotJson() {
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", "[\n{ \"name\" \"a\" }\n]"))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("mine.json:2: not JSON: Unexpected character")
                    .message()
                    .hasLineCount(1);
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", "[\n{ \"name\": \"a\","))
                    .hasMessageStartingWith("mine.json:2: not JSON: Unexpected end-of-input");
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", "{ \"name\": \"a\", \"name\": \"b\" }"))
                    .hasMessageStartingWith("mine.json:1: not JSON: Duplicate field 'name'");
        }

        @Test
        void aFileThatIsNotThere(@TempDir Path directory) {
            Path missing = directory.resolve("none.json");

            assertThatThrownBy(() -> ScenarioFile.read(missing)).hasMessage(missing + ": no such file");
        }

        private void assertRefused(String text, String message) {
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", text))
                    .isInstanceOf(IOException.class)
                    .hasMessage(message);
        }

        private String withReplica(String replica) {
            return "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [\n" + replica + "\n] }";
        }
    }
}
