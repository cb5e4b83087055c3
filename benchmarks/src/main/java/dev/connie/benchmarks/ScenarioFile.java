package dev.connie.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.connie.benchmarks.lab.Family;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
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
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A user's own scenarios, as JSON: a list of scenarios, or one alone. {@link ScenarioTemplate} writes the same form.
 *
 * <p>A scenario has a {@code name}, a {@code description}, its {@code replicas}, and may have a {@code timeout} (1 s if
 * not given) and {@code shuffled} (false). A replica has an {@code rtt}, which only a black hole can do without, and may
 * have {@code family}, {@code jitter}, {@code loss}, {@code synLoss}, {@code fault}, {@code faultFrom} and
 * {@code faultUntil}. Durations are {@link DurationText#FORM}. Comments are allowed.
 *
 * <p>It is strict: a typing error that is silently skipped would be measured. Read token by token, for a tree knows no
 * line numbers.
 */
final class ScenarioFile {
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private static final List<String> SCENARIO_FIELDS =
            List.of("name", "description", "timeout", "shuffled", "replicas");
    private static final List<String> REPLICA_FIELDS =
            List.of("family", "rtt", "jitter", "loss", "synLoss", "fault", "faultFrom", "faultUntil");

    private final String file;
    private final JsonParser json;

    private ScenarioFile(String file, JsonParser json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read or is wrong; the message is one line for the user, with the file, the
     *     line, and what would be right
     */
    static List<Scenario> read(Path path) throws IOException {
        try {
            return parse(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        }
    }

    static List<Scenario> parse(String file, String text) throws IOException {
        var factory = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser json = factory.createParser(text)) {
            return new ScenarioFile(file, json).scenarios();
        } catch (JsonProcessingException e) {
            String problem = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new IOException(file + ":" + e.getLocation().getLineNr() + ": not JSON: " + problem, e);
        }
    }

    /** How a fault is written: {@code black-hole}. */
    static String word(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How a family is written: {@code IPv6}. */
    static String word(Family family) {
        return family == Family.IPV6 ? "IPv6" : "IPv4";
    }

    private List<Scenario> scenarios() throws IOException {
        var scenarios = new ArrayList<Scenario>();
        var names = new HashSet<String>();
        boolean alone = json.nextToken() == JsonToken.START_OBJECT;
        if (!alone && json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(line(), "expected a list of scenarios, [...], or one scenario, {...}, but found " + found());
        }
        while (alone ? scenarios.isEmpty() : json.nextToken() != JsonToken.END_ARRAY) {
            int line = line();
            Scenario scenario = scenario();
            if (!names.add(scenario.name())) {
                throw wrong(line, "there are two scenarios named \"" + scenario.name() + "\"");
            }
            scenarios.add(scenario);
        }
        if (scenarios.isEmpty()) {
            throw wrong(line(), "the list has no scenario");
        }
        if (json.nextToken() != null) {
            throw wrong(line(), "expected nothing more, but found " + found());
        }
        return scenarios;
    }

    private Scenario scenario() throws IOException {
        expect(JsonToken.START_OBJECT, "a scenario, {...}");
        int line = line();
        String name = null;
        String description = null;
        Duration timeout = DEFAULT_TIMEOUT;
        boolean shuffled = false;
        List<Replica> replicas = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            int fieldLine = line();
            json.nextToken();
            switch (field) {
                case "name" -> name = text(field);
                case "description" -> description = text(field);
                case "timeout" -> timeout = duration(field);
                case "shuffled" -> shuffled = flag(field);
                case "replicas" -> replicas = replicas();
                default -> throw unknown(fieldLine, "scenario", field, SCENARIO_FIELDS);
            }
        }
        try {
            return new Scenario(
                    require(name, line, "scenario", "name"),
                    require(description, line, "scenario", "description"),
                    timeout,
                    shuffled,
                    require(replicas, line, "scenario", "replicas"));
        } catch (IllegalArgumentException e) {
            throw wrong(line, e.getMessage());
        }
    }

    private List<Replica> replicas() throws IOException {
        expect(JsonToken.START_ARRAY, "the list of replicas, [...]");
        var replicas = new ArrayList<Replica>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            replicas.add(replica());
        }
        return replicas;
    }

    private Replica replica() throws IOException {
        expect(JsonToken.START_OBJECT, "a replica, {...}");
        int line = line();
        Family family = Family.IPV4;
        Duration rtt = null;
        Duration jitter = Duration.ZERO;
        double loss = 0;
        double synLoss = 0;
        Fault fault = Fault.NONE;
        Duration faultFrom = Duration.ZERO;
        Duration faultUntil = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            int fieldLine = line();
            json.nextToken();
            switch (field) {
                case "family" -> family = oneOf(field, Family.values(), ScenarioFile::word);
                case "rtt" -> rtt = duration(field);
                case "jitter" -> jitter = duration(field);
                case "loss" -> loss = share(field);
                case "synLoss" -> synLoss = share(field);
                case "fault" -> fault = oneOf(field, Fault.values(), ScenarioFile::word);
                case "faultFrom" -> faultFrom = duration(field);
                case "faultUntil" -> faultUntil = duration(field);
                default -> throw unknown(fieldLine, "replica", field, REPLICA_FIELDS);
            }
        }
        boolean alwaysDead = fault == Fault.BLACK_HOLE && faultFrom.isZero() && faultUntil == null;
        if (rtt == null && alwaysDead) {
            rtt = Duration.ZERO;
        }
        try {
            return new Replica(
                    family, require(rtt, line, "replica", "rtt"), jitter, loss, synLoss, fault, faultFrom, faultUntil);
        } catch (IllegalArgumentException e) {
            throw wrong(line, e.getMessage());
        }
    }

    private String text(String field) throws IOException {
        expect(JsonToken.VALUE_STRING, "\"" + field + "\" to be a text");
        return json.getText();
    }

    private Duration duration(String field) throws IOException {
        String expected = "\"" + field + "\" to be " + DurationText.FORM;
        expect(JsonToken.VALUE_STRING, expected);
        try {
            return DurationText.parse(json.getText());
        } catch (IllegalArgumentException e) {
            throw wrong(line(), "expected " + expected + ", but found " + found());
        }
    }

    private double share(String field) throws IOException {
        double share = json.currentToken().isNumeric() ? json.getDoubleValue() : Double.NaN;
        if (!(share >= 0 && share <= 1)) {
            throw wrong(line(), "expected \"" + field + "\" to be a number from 0 to 1, but found " + found());
        }
        return share;
    }

    private boolean flag(String field) throws IOException {
        if (!json.currentToken().isBoolean()) {
            throw wrong(line(), "expected \"" + field + "\" to be true or false, but found " + found());
        }
        return json.getBooleanValue();
    }

    private <T> T oneOf(String field, T[] values, Function<T, String> word) throws IOException {
        for (T value : values) {
            if (json.currentToken() == JsonToken.VALUE_STRING
                    && word.apply(value).equals(json.getText())) {
                return value;
            }
        }
        String words = Arrays.stream(values).map(word).collect(Collectors.joining(", "));
        throw wrong(line(), "expected \"" + field + "\" to be one of " + words + ", but found " + found());
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) {
            throw wrong(line(), "expected " + what + ", but found " + found());
        }
    }

    private String found() throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            return "the end of the file";
        }
        return token == JsonToken.VALUE_STRING ? "\"" + json.getText() + "\"" : json.getText();
    }

    private int line() {
        return json.currentTokenLocation().getLineNr();
    }

    private <T> T require(@Nullable T value, int line, String what, String field) throws IOException {
        if (value == null) {
            throw wrong(line, "the " + what + " that begins here has no \"" + field + "\"");
        }
        return value;
    }

    private IOException unknown(int line, String what, String field, List<String> known) {
        return wrong(line, "a " + what + " has no \"" + field + "\"; it has " + String.join(", ", known));
    }

    private IOException wrong(int line, @Nullable String problem) {
        return new IOException(file + ":" + line + ": " + problem);
    }
}
