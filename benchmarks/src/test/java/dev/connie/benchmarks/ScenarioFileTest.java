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
            assertThat(ScenarioFile.parse("x", ScenarioFile.write(Scenarios.all())))
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

            String written = ScenarioFile.write(List.of(scenario));

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
                    withReplica("{ \"rtt\": \"20 ms\", \"rtts\": 3 }"),
                    "scenario 1, replica 1: there is no \"rtts\"; there are family, rtt, jitter, loss, synLoss, fault,"
                            + " faultFrom, faultUntil");
            assertRefused(
                    "{ \"names\": \"a\" }",
                    "scenario 1: there is no \"names\"; there are name, description, timeout, shuffled, replicas");
        }

        @Test
        void aFieldThatIsMissing() {
            assertRefused(
                    "[ { \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] } ]",
                    "scenario 1: there is no \"name\"");
            assertRefused(
                    "{ \"name\": \"a\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }",
                    "scenario 1: there is no \"description\"");
            assertRefused("{ \"name\": \"a\", \"description\": \"b\" }", "scenario 1: there is no \"replicas\"");
            assertRefused(withReplica("{ \"fault\": \"refuses\" }"), "scenario 1, replica 1: there is no \"rtt\"");
            assertRefused(
                    withReplica("{ \"rtt\": \"1 ms\" }, { \"fault\": \"black-hole\", \"faultFrom\": \"1 s\" }"),
                    "scenario 1, replica 2: there is no \"rtt\"");
        }

        @Test
        void whatIsOfAnotherForm() {
            String duration = "a number with a unit (ns, us, ms, s), such as \"20 ms\"";
            assertReplicaRefused("\"rtt\": 20", "rtt", duration, "20");
            assertReplicaRefused("\"rtt\": \"20\"", "rtt", duration, "\"20\"");
            assertReplicaRefused("\"rtt\": null", "rtt", duration, "null");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"synLoss\": 2", "synLoss", "a number from 0 to 1", "2");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"loss\": \"2 %\"", "loss", "a number from 0 to 1", "\"2 %\"");
            assertReplicaRefused(
                    "\"rtt\": \"20 ms\", \"fault\": \"dead\"",
                    "fault",
                    "one of none, black-hole, refuses, unreachable, silent, mute-in-tls",
                    "\"dead\"");
            assertReplicaRefused("\"rtt\": \"20 ms\", \"family\": 6", "family", "one of IPv4, IPv6", "6");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"shuffled\": \"yes\", \"replicas\": [] }",
                    "scenario 1: expected \"shuffled\" to be true or false, but found \"yes\"");
            assertRefused("[ 3 ]", "scenario 1: expected {...}, but found 3");
            assertRefused(
                    "{ \"replicas\": { } }", "scenario 1: expected \"replicas\" to be a list, [...], but found {}");
        }

        @Test
        void whatAScenarioOrAReplicaCannotBe() {
            assertRefused(
                    "[ { \"name\": \"Mine!\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] } ]",
                    "scenario 1: a scenario's name is small letters, digits and hyphens: Mine!");
            assertRefused(
                    "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [] }",
                    "scenario 1: a scenario has 1 to 64 replicas: a has 0");
            assertRefused(
                    withReplica("{ \"rtt\": \"1 ms\", \"fault\": \"silent\", \"faultFrom\": \"2 s\","
                            + " \"faultUntil\": \"1 s\" }"),
                    "scenario 1, replica 1: faultUntil must be after faultFrom: PT1S, PT2S");
        }

        @Test
        void twoScenariosOfOneNameAndNone() {
            String one = "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [ { \"rtt\": \"1 ms\" } ] }";
            assertRefused("[ " + one + ",\n" + one + " ]", "there are two scenarios named \"a\"");
            assertRefused("[]", "the list has no scenario");
            assertRefused("", "scenario 1: expected {...}, but found nothing");
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
                    .hasMessageStartingWith("mine.json:1: not JSON: Duplicate");
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", withReplica("{ \"rtt\": \"1 ms\" }") + "["))
                    .hasMessageStartingWith("mine.json:1: not JSON: Trailing token");
        }

        @Test
        void aFileThatIsNotThere(@TempDir Path directory) {
            Path missing = directory.resolve("none.json");
            assertThatThrownBy(() -> ScenarioFile.read(missing)).hasMessage(missing + ": no such file");
        }

        private void assertReplicaRefused(String replica, String field, String form, String found) {
            assertRefused(
                    withReplica("{ " + replica + " }"),
                    "scenario 1, replica 1: expected \"" + field + "\" to be " + form + ", but found " + found);
        }

        private void assertRefused(String text, String message) {
            assertThatThrownBy(() -> ScenarioFile.parse("mine.json", text))
                    .isInstanceOf(IOException.class)
                    .hasMessage("mine.json: " + message);
        }

        private String withReplica(String replica) {
            return "{ \"name\": \"a\", \"description\": \"b\", \"replicas\": [ " + replica + " ] }";
        }
    }
}
