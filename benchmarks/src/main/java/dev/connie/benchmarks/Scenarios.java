package dev.connie.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.FixedSpaceIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Scenarios as JSON, a list of them or one alone: a user's own, and {@code scenarios.json}, those that come with the
 * benchmarks.
 *
 * <p>The fields are those of {@link Scenario} and {@link Replica}; what may be left out is said there. Durations are
 * {@link DurationText#FORM}. Comments are allowed. All else is strict: a typing error that is silently skipped would be
 * measured.
 */
public final class Scenarios {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.AUTO_DETECT_IS_GETTERS)
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new DurationReader())
                    .addSerializer(Duration.class, new DurationWriter()))
            .build();
    private static final ObjectNode ORDINARY =
            JSON.<ObjectNode>valueToTree(Replica.live(0)).without("rtt");
    private static final List<Scenario> ALL = load("scenarios.json");

    private Scenarios() {}

    private static final class DurationReader extends JsonDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return DurationText.parse(parser.getText());
            } catch (IllegalArgumentException e) {
                throw JsonMappingException.from(parser, e.getMessage(), e);
            }
        }
    }

    private static final class DurationWriter extends JsonSerializer<Duration> {
        @Override
        public void serialize(Duration value, JsonGenerator out, SerializerProvider context) throws IOException {
            out.writeString(DurationText.format(value));
        }
    }

    /** Reads what comes with the benchmarks. */
    public static List<Scenario> load(String file) {
        try (InputStream in = Objects.requireNonNull(Scenarios.class.getResourceAsStream(file), file)) {
            return parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IOException if it cannot be read or is wrong; the message is one line for the user */
    static List<Scenario> read(Path path) throws IOException {
        try {
            return parse(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        }
    }

    static List<Scenario> parse(String file, String text) throws IOException {
        List<Scenario> scenarios;
        try {
            scenarios = JSON.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            String where = e instanceof JsonMappingException mapping ? where(mapping) : "not JSON: ";
            String problem = e instanceof UnrecognizedPropertyException unknown
                    ? "there is no \"" + unknown.getPropertyName() + "\"; there are " + unknown.getKnownPropertyIds()
                    : e.getOriginalMessage().lines().findFirst().orElse("");
            throw new IOException(file + ":" + e.getLocation().getLineNr() + ": " + where + problem, e);
        }
        var names = new HashSet<String>();
        for (Scenario scenario : scenarios) {
            if (!names.add(scenario.name())) {
                throw new IOException(file + ": there are two scenarios named \"" + scenario.name() + "\"");
            }
        }
        if (names.isEmpty()) {
            throw new IOException(file + ": there is no scenario");
        }
        return scenarios;
    }

    /** {@code scenario 1, replicas 2, rtt: }, counted from 1. */
    private static String where(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? " " + (step.getIndex() + 1) : ", " + step.getFieldName())
                .collect(Collectors.joining());
        return "scenario" + path + ": ";
    }

    /** Writes scenarios to start a file of one's own from: a replica a line, without what it need not say. */
    static String write(List<Scenario> scenarios) {
        JsonNode all = JSON.valueToTree(scenarios);
        for (JsonNode scenario : all) {
            for (JsonNode replica : scenario.get("replicas")) {
                ObjectNode fields = (ObjectNode) replica;
                fields.properties().removeIf(field -> field.getValue().equals(ORDINARY.get(field.getKey())));
            }
        }
        var form = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(FixedSpaceIndenter.instance);
        form.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        try {
            return JSON.writer(form).writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole catalogue, each scenario once. */
    static List<Scenario> all() {
        return ALL;
    }

    static Scenario named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /** What both benchmarks play where there is only loopback, which can neither delay nor lose a packet. */
    static List<Scenario> loopback() {
        return ALL.stream()
                .filter(scenario -> scenario.name().startsWith("loopback-"))
                .toList();
    }
}
