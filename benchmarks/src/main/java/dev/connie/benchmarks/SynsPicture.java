package dev.connie.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;

/** What the contenders ask of the network: the SYNs that they sent for a connection, retransmissions included. */
final class SynsPicture extends Panels {
    private static final double BAR = 11;
    // Room for the number behind the longest bar.
    private static final double FULL = 0.86;

    private final double most;

    /** A picture of the scenarios in which packets were seen; there must be one. */
    SynsPicture(List<ScenarioResult> results, List<String> contenders) {
        super(
                "SYNs per connection",
                "SYNs sent for each call, retransmissions included",
                results,
                contenders,
                ticks(results));
        most = most(results);
    }

    static boolean isSeen(ScenarioResult result) {
        return result.measurements().stream().anyMatch(measurement -> measurement.traffic() != null);
    }

    private static double most(List<ScenarioResult> results) {
        return results.stream()
                .flatMap(result -> result.measurements().stream())
                .mapToDouble(SynsPicture::syns)
                .filter(syns -> !Double.isNaN(syns))
                .max()
                .orElse(1);
    }

    private static double[] ticks(List<ScenarioResult> results) {
        double most = most(results);
        double step = most <= 5 ? 1 : most <= 10 ? 2 : most <= 25 ? 5 : most <= 50 ? 10 : 20;
        return DoubleStream.iterate(0, tick -> tick <= most, tick -> tick + step)
                .toArray();
    }

    private static double syns(Measurement measurement) {
        Double syns = Summary.of(measurement).synsPerCall();
        return syns == null ? Double.NaN : syns;
    }

    @Override
    protected double position(double syns) {
        return syns / most * FULL;
    }

    @Override
    protected void paintRow(Row row, Measurement measurement) {
        double syns = syns(measurement);
        if (Double.isNaN(syns)) {
            return;
        }
        double right = row.x().applyAsDouble(syns);
        row.graphics().setColor(Palette.of(measurement.contender()).fill());
        row.graphics().fill(bar(row.left(), right, row.middle(), BAR));
        row.graphics().setColor(Palette.INK);
        row.write(Numbers.oneDecimal(syns), right + 4);
    }
}
