package dev.connie.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 20 ms}, {@code 1.5 s}. What is formatted is read back exactly. */
final class DurationText {
    /** For messages: what {@link #parse} takes. */
    static final String FORM = "a number with a unit (ns, us, ms, s), such as \"20 ms\"";

    // No sign: nothing that the benchmarks are told of lasts less than no time.
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(ns|us|ms|s)");

    // The largest first.
    private static final Map<String, BigDecimal> NANOS_OF_UNIT = new LinkedHashMap<>();

    static {
        NANOS_OF_UNIT.put("s", BigDecimal.valueOf(1_000_000_000));
        NANOS_OF_UNIT.put("ms", BigDecimal.valueOf(1_000_000));
        NANOS_OF_UNIT.put("us", BigDecimal.valueOf(1_000));
        NANOS_OF_UNIT.put("ns", BigDecimal.ONE);
    }

    private DurationText() {}

    static boolean isOne(String text) {
        return NUMBER_AND_UNIT.matcher(text.strip()).matches();
    }

    /** @throws IllegalArgumentException if it is not {@link #FORM} */
    static Duration parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not " + FORM + ": \"" + text + "\"");
        }
        BigDecimal unit = Objects.requireNonNull(NANOS_OF_UNIT.get(matcher.group(2)));
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(unit);
        return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /** In the largest unit of which it is at least one: {@code 1.5 s}, not {@code 1500 ms}. */
    static String format(Duration duration) {
        BigDecimal nanos = BigDecimal.valueOf(duration.toNanos());
        for (Map.Entry<String, BigDecimal> unit : NANOS_OF_UNIT.entrySet()) {
            if (nanos.compareTo(unit.getValue()) >= 0) {
                return nanos.divide(unit.getValue()).stripTrailingZeros().toPlainString() + " " + unit.getKey();
            }
        }
        return "0 ms";
    }
}
