package dev.connie.benchmarks;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Figures with as many digits as they are worth: about three. Always with a point and in groups of three. */
public final class Numbers {
    private Numbers() {}

    /** Nanoseconds as milliseconds: {@code 0.042}, {@code 0.42}, {@code 4.20}, {@code 42.0}, {@code 1,003}. */
    public static String millis(double nanos) {
        if (Double.isNaN(nanos)) {
            return "-";
        }
        double millis = nanos / 1e6;
        // Each bound is what rounds up to the next form: 9.996 is 10.0, not 10.00.
        return decimals(millis < 0.0995 ? 3 : millis < 9.995 ? 2 : millis < 99.95 ? 1 : 0, millis);
    }

    public static String decimals(int decimals, double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** {@code 1 round}, {@code 1,000 rounds}. */
    static String counted(int count, String what) {
        return decimals(0, count) + " " + what + (count == 1 ? "" : what.endsWith("s") ? "es" : "s");
    }

    /** {@code 50 % failed}; few are {@code <1 %} and not none, and {@code >99 %} is not all. */
    static String failed(int failures, int calls) {
        double percent = 100.0 * failures / calls;
        boolean few = percent > 0 && percent < 1;
        boolean nearlyAll = percent > 99 && percent < 100;
        return (few ? "<1" : nearlyAll ? ">99" : decimals(0, percent)) + " % failed";
    }

    /** A round number at an axis: {@code 0.5}, {@code 20}, {@code 1,000}. */
    static String tick(double value) {
        return new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }
}
