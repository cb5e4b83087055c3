package dev.connie.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 20 ms}, {@code 1.5 s}. What is formatted is read back exactly. */
final class DurationText {
    /** For messages: what {@link #parse} takes. */
    static final String FORM = "a number with a unit (ns, us, ms, s), such as \"20 ms\"";

    // No sign: nothing that the benchmarks are told of lasts less than no time.
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(ns|us|ms|s)");
    /** Each a thousand times the one before. */
    private static final List<String> UNITS = List.of("ns", "us", "ms", "s");

    private DurationText() {}

    /** @throws IllegalArgumentException if it is not {@link #FORM} */
    static Duration parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not " + FORM + ": \"" + text + "\"");
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1)).movePointRight(3 * UNITS.indexOf(matcher.group(2)));
        return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /** In the largest unit of which it is at least one: {@code 1.5 s}, not {@code 1500 ms}. */
    static String format(Duration duration) {
        BigDecimal nanos = BigDecimal.valueOf(duration.toNanos());
        int digits = nanos.precision();
        int unit = nanos.signum() == 0 ? UNITS.indexOf("ms") : Math.min(UNITS.size() - 1, (digits - 1) / 3);
        return nanos.movePointLeft(3 * unit).stripTrailingZeros().toPlainString() + " " + UNITS.get(unit);
    }
}
