package dev.connie.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connie.benchmarks.lab.Family;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Scenarios in the form that {@link ScenarioFile} reads, to start a file of one's own from: a replica a line. */
final class ScenarioTemplate {
    // How deep the fields of a scenario are: within a list, within an object.
    private static final int SCENARIO_FIELD = 2;

    private ScenarioTemplate() {}

    static String write(List<Scenario> scenarios) {
        var text = new StringWriter();
        try (JsonGenerator json = new ObjectMapper().createGenerator(text)) {
            json.setPrettyPrinter(replicaALine());
            json.writeStartArray();
            for (Scenario scenario : scenarios) {
                scenario(json, scenario);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.append('\n').toString();
    }

    private static void scenario(JsonGenerator json, Scenario scenario) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", scenario.name());
        json.writeStringField("description", scenario.description());
        json.writeStringField("timeout", DurationText.format(scenario.timeout()));
        json.writeBooleanField("shuffled", scenario.shuffled());
        json.writeArrayFieldStart("replicas");
        for (Replica replica : scenario.replicas()) {
            replica(json, replica);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    // What a replica need not say is left out: the dozen lines of a scenario are to be read.
    private static void replica(JsonGenerator json, Replica replica) throws IOException {
        json.writeStartObject();
        if (replica.family() != Family.IPV4) {
            json.writeStringField("family", ScenarioFile.word(replica.family()));
        }
        if (replica.fault() != Fault.BLACK_HOLE || !replica.rtt().isZero()) {
            json.writeStringField("rtt", DurationText.format(replica.rtt()));
        }
        writeUnlessZero(json, "jitter", replica.jitter());
        writeUnlessZero(json, "loss", replica.loss());
        writeUnlessZero(json, "synLoss", replica.synLoss());
        if (replica.fault() != Fault.NONE) {
            json.writeStringField("fault", ScenarioFile.word(replica.fault()));
        }
        writeUnlessZero(json, "faultFrom", replica.faultFrom());
        if (replica.faultUntil() != null) {
            json.writeStringField("faultUntil", DurationText.format(replica.faultUntil()));
        }
        json.writeEndObject();
    }

    private static void writeUnlessZero(JsonGenerator json, String field, Duration duration) throws IOException {
        if (!duration.isZero()) {
            json.writeStringField(field, DurationText.format(duration));
        }
    }

    private static void writeUnlessZero(JsonGenerator json, String field, double share) throws IOException {
        if (share != 0) {
            json.writeNumberField(field, share);
        }
    }

    /** Breaks lines down to the replicas, and none within them. */
    private static DefaultPrettyPrinter replicaALine() {
        var lines = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentArraysWith(lines);
        printer.indentObjectsWith(new DefaultPrettyPrinter.NopIndenter() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean isInline() {
                return false;
            }

            @Override
            public void writeIndentation(JsonGenerator json, int level) throws IOException {
                if (level <= SCENARIO_FIELD) {
                    lines.writeIndentation(json, level);
                } else {
                    json.writeRaw(' ');
                }
            }
        });
        return printer;
    }
}
