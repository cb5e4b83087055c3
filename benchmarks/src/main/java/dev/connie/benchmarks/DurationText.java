package dev.connie.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 20 ms}, {@code 1.5 s}. What is formatted is read back exactly. */
public final class DurationText {
    /** For messages: what {@link #parse} takes. */
    static final String FORM = "a number with a unit (ns, us, ms, s), such as \"20 ms\"";

    // No sign: nothing that the benchmarks are told of lasts less than no time.
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(ns|us|ms|s)");

    private enum Unit {
        S(1_000_000_000),
        MS(1_000_000),
        US(1_000),
        NS(1);

        final BigDecimal nanos;

        Unit(long nanos) {
            this.nanos = BigDecimal.valueOf(nanos);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private DurationText() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is not {@link #FORM}
     */
    static Duration parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not " + FORM + ": \"" + text + "\"");
        }
        for (Unit unit : Unit.values()) {
            if (unit.toString().equals(matcher.group(2))) {
                BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(unit.nanos);
                return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValueExact());
            }
        }
        throw new AssertionError(text);
    }

    /** In the largest unit of which it is at least one: {@code 1.5 s}, not {@code 1500 ms}. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0 ms";
        }
        BigDecimal nanos = BigDecimal.valueOf(duration.toNanos());
        Unit unit = Unit.NS;
        for (Unit larger : Unit.values()) {
            if (nanos.compareTo(larger.nanos) >= 0) {
                unit = larger;
                break;
            }
        }
        return nanos.divide(unit.nanos).stripTrailingZeros().toPlainString() + " " + unit;
    }
}
