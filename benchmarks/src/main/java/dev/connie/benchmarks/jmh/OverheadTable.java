package dev.connie.benchmarks.jmh;

import dev.connie.benchmarks.jmh.OverheadResult.Sample;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The results as text: for people, and for programs. */
final class OverheadTable {
    private static final String HEAD =
            "name,benchmark,parameters,plain_us,connie_us,time_ratio,time_ratio_q1,time_ratio_q3,time_goal,"
                    + "plain_bytes,connie_bytes,bytes_ratio,bytes_goal,met,samples";

    private OverheadTable() {}

    static String text(List<OverheadResult> results) {
        StringBuilder table = new StringBuilder(line(
                "", "plain us", "Connie us", "ratio", "quartiles", "goal", "plain B", "Connie B", "ratio", "goal", ""));
        for (OverheadResult result : results) {
            OverheadCase what = result.what();
            boolean hasGoal = what.timeGoal() != null || what.bytesGoal() != null;
            table.append(line(
                    what.name(),
                    format("%.2f", result.median(Sample::plainMicros)),
                    format("%.2f", result.median(Sample::connieMicros)),
                    format("%.3f", result.median(Sample::timeRatio)),
                    format("%.2f", result.quantile(0.25, Sample::timeRatio)) + " - "
                            + format("%.2f", result.quantile(0.75, Sample::timeRatio)),
                    goal(what.timeGoal()),
                    format("%.0f", result.median(Sample::plainBytes)),
                    format("%.0f", result.median(Sample::connieBytes)),
                    what.bytesGoal() == null ? "" : format("%.3f", result.median(Sample::bytesRatio)),
                    goal(what.bytesGoal()),
                    hasGoal ? result.isMet() ? "met" : "missed" : ""));
        }
        return table.toString();
    }

    static String csv(List<OverheadResult> results) {
        StringBuilder csv = new StringBuilder(HEAD).append('\n');
        for (OverheadResult result : results) {
            OverheadCase what = result.what();
            csv.append(String.join(
                            ",",
                            '"' + what.name() + '"',
                            what.benchmark(),
                            parameters(what),
                            format("%.4f", result.median(Sample::plainMicros)),
                            format("%.4f", result.median(Sample::connieMicros)),
                            format("%.4f", result.median(Sample::timeRatio)),
                            format("%.4f", result.quantile(0.25, Sample::timeRatio)),
                            format("%.4f", result.quantile(0.75, Sample::timeRatio)),
                            number(what.timeGoal()),
                            format("%.1f", result.median(Sample::plainBytes)),
                            format("%.1f", result.median(Sample::connieBytes)),
                            format("%.4f", result.median(Sample::bytesRatio)),
                            number(what.bytesGoal()),
                            Boolean.toString(result.isMet()),
                            Integer.toString(result.samples().size())))
                    .append('\n');
        }
        return csv.toString();
    }

    private static String parameters(OverheadCase what) {
        return String.join(
                " ",
                what.parameters().entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .sorted()
                        .toList());
    }

    private static String line(Object... cells) {
        return format("%-36s %9s %9s %6s %12s %5s %8s %8s %6s %5s %s", cells).stripTrailing() + "\n";
    }

    private static String goal(@Nullable Double goal) {
        return goal == null ? "" : "<" + number(goal);
    }

    private static String number(@Nullable Double goal) {
        return goal == null ? "" : goal.toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
