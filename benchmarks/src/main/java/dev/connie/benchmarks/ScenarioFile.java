package dev.connie.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Replica.Family;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Scenarios as JSON: a list of scenarios, or one alone.
 *
 * <p>A scenario has a {@code name}, a {@code description}, its {@code replicas}, and may have a {@code timeout} (1 s if
 * not given) and {@code shuffled} (false). A replica has an {@code rtt}, which only a black hole can do without, and may
 * have {@code family}, {@code jitter}, {@code loss}, {@code synLoss}, {@code fault}, {@code faultFrom} and
 * {@code faultUntil}. Durations are {@link DurationText#FORM}. Comments are allowed.
 *
 * <p>It is strict: a typing error that is silently skipped would be measured.
 */
final class ScenarioFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ScenarioFile() {}

    /** @throws IOException if it cannot be read or is wrong; the message is one line for the user */
    static List<Scenario> read(Path path) throws IOException {
        try {
            return parse(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        }
    }

    static List<Scenario> parse(String file, String text) throws IOException {
        try {
            JsonNode root = JSON.readTree(text);
            var scenarios = new ArrayList<Scenario>();
            var names = new HashSet<String>();
            for (JsonNode node : root.isArray() ? root : List.of(root)) {
                Scenario scenario = scenario(new Fields("scenario " + (scenarios.size() + 1), node));
                scenarios.add(scenario);
                if (!names.add(scenario.name())) {
                    throw new IllegalArgumentException("there are two scenarios named \"" + scenario.name() + "\"");
                }
            }
            if (scenarios.isEmpty()) {
                throw new IllegalArgumentException("the list has no scenario");
            }
            return scenarios;
        } catch (JsonProcessingException e) {
            String problem = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new IOException(file + ":" + e.getLocation().getLineNr() + ": not JSON: " + problem, e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static Scenario scenario(Fields fields) {
        fields.requireKnown("name", "description", "timeout", "shuffled", "replicas");
        JsonNode replicas = fields.get("replicas", "a list, [...]", JsonNode::isArray, node -> node, null);
        var all = new ArrayList<Replica>();
        for (JsonNode replica : replicas) {
            all.add(replica(new Fields(fields.what + ", replica " + (all.size() + 1), replica)));
        }
        return fields.make(() -> new Scenario(
                fields.text("name"),
                fields.text("description"),
                fields.duration("timeout", Duration.ofSeconds(1)),
                fields.get("shuffled", "true or false", JsonNode::isBoolean, JsonNode::booleanValue, false),
                all));
    }

    private static Replica replica(Fields fields) {
        fields.requireKnown("family", "rtt", "jitter", "loss", "synLoss", "fault", "faultFrom", "faultUntil");
        Duration from = fields.duration("faultFrom", Duration.ZERO);
        Duration until = fields.node.has("faultUntil") ? fields.duration("faultUntil", null) : null;
        Fault fault = fields.oneOf("fault", Fault.values(), Fault::word);
        boolean isDead = fault == Fault.BLACK_HOLE && from.isZero() && until == null;
        return fields.make(() -> new Replica(
                fields.oneOf("family", Family.values(), Family::word),
                fields.duration("rtt", isDead ? Duration.ZERO : null),
                fields.duration("jitter", Duration.ZERO),
                fields.share("loss"),
                fields.share("synLoss"),
                fault,
                from,
                until));
    }

    /** An object of the file; what is wrong with it is told by an IllegalArgumentException. */
    private record Fields(String what, JsonNode node) {
        Fields {
            if (!node.isObject()) {
                throw new IllegalArgumentException(what + ": expected {...}, but found " + found(node));
            }
        }

        void requireKnown(String... names) {
            node.fieldNames().forEachRemaining(name -> {
                if (!Arrays.asList(names).contains(name)) {
                    throw wrong("there is no \"" + name + "\"; there are " + String.join(", ", names));
                }
            });
        }

        /** @param otherwise what it is if it is not given; null if it must be */
        <T> T get(
                String name,
                String form,
                Function<JsonNode, Boolean> fits,
                Function<JsonNode, T> as,
                @Nullable T otherwise) {
            JsonNode field = node.get(name);
            if (field == null) {
                if (otherwise == null) {
                    throw wrong("there is no \"" + name + "\"");
                }
                return otherwise;
            }
            if (!fits.apply(field)) {
                throw wrong("expected \"" + name + "\" to be " + form + ", but found " + found(field));
            }
            return as.apply(field);
        }

        String text(String name) {
            return get(name, "a text", JsonNode::isTextual, JsonNode::textValue, null);
        }

        Duration duration(String name, @Nullable Duration otherwise) {
            return get(
                    name,
                    DurationText.FORM,
                    field -> field.isTextual() && DurationText.isOne(field.textValue()),
                    field -> DurationText.parse(field.textValue()),
                    otherwise);
        }

        double share(String name) {
            return get(
                    name,
                    "a number from 0 to 1",
                    field -> field.isNumber() && field.doubleValue() >= 0 && field.doubleValue() <= 1,
                    JsonNode::doubleValue,
                    0.0);
        }

        /** The first of the values if it is not given. */
        <T> T oneOf(String name, T[] values, Function<T, String> word) {
            Map<String, T> byWord = new LinkedHashMap<>();
            for (T value : values) {
                byWord.put(word.apply(value), value);
            }
            String form = "one of " + String.join(", ", byWord.keySet());
            return get(
                    name,
                    form,
                    field -> byWord.containsKey(field.asText()),
                    field -> Objects.requireNonNull(byWord.get(field.asText())),
                    values[0]);
        }

        <T> T make(Supplier<T> maker) {
            try {
                return maker.get();
            } catch (IllegalArgumentException e) {
                String problem = String.valueOf(e.getMessage());
                throw problem.startsWith(what) ? e : wrong(problem);
            }
        }

        private IllegalArgumentException wrong(String problem) {
            return new IllegalArgumentException(what + ": " + problem);
        }

        private static String found(JsonNode node) {
            return node.isMissingNode() ? "nothing" : node.toString();
        }
    }

    /** Writes scenarios to start a file of one's own from: a replica a line. */
    static String write(List<Scenario> scenarios) {
        return scenarios.stream().map(ScenarioFile::form).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String form(Scenario scenario) {
        return """
                  {
                    "name": %s,
                    "description": %s,
                    "timeout": %s,
                    "shuffled": %s,
                    "replicas": [
                %s
                    ]
                  }""".formatted(
                        JSON.valueToTree(scenario.name()),
                        JSON.valueToTree(scenario.description()),
                        JSON.valueToTree(DurationText.format(scenario.timeout())),
                        scenario.shuffled(),
                        scenario.replicas().stream().map(ScenarioFile::form).collect(Collectors.joining(",\n")));
    }

    // What a replica need not say is left out: the dozen lines of a scenario are to be read.
    private static String form(Replica replica) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(
                "family",
                replica.family() == Family.IPV4 ? "" : replica.family().word());
        fields.put("rtt", replica.fault() == Fault.BLACK_HOLE ? replica.rtt() : DurationText.format(replica.rtt()));
        fields.put("jitter", replica.jitter());
        fields.put("loss", replica.loss());
        fields.put("synLoss", replica.synLoss());
        fields.put("fault", replica.fault() == Fault.NONE ? "" : replica.fault().word());
        fields.put("faultFrom", replica.faultFrom());
        fields.put("faultUntil", replica.faultUntil() == null ? "" : DurationText.format(replica.faultUntil()));
        fields.values().removeIf(value -> value.equals("") || value.equals(0.0) || value.equals(Duration.ZERO));
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\": "
                        + JSON.valueToTree(
                                field.getValue() instanceof Duration duration
                                        ? DurationText.format(duration)
                                        : field.getValue()))
                .collect(Collectors.joining(", ", "      { ", " }"));
    }
}
