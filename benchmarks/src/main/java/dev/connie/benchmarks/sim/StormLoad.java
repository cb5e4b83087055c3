package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.sim.Storm.Phase;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What a storm's clients ask of its servers, by the second. */
final class StormLoad implements Observer {
    private final int[] calls = new int[Storm.SECONDS];
    private final int[] extra = new int[Storm.SECONDS];
    private final int[] early = new int[Storm.SECONDS];
    private final int[][] syns = new int[Storm.SERVERS][Storm.SECONDS];

    @Override
    public void on(Event event, long nanos, Call call, Server server) {
        int second = Storm.second(nanos);
        syns[server.number()][second] += event.isSyn() ? 1 : 0;
        extra[second] += event.isExtra() ? 1 : 0;
        early[second] += event == Event.EARLY_START ? 1 : 0;
    }

    void count(Outcome outcome) {
        calls[Storm.second(outcome.call().nanos())]++;
    }

    int syns(int server, int second) {
        return syns[server][second];
    }

    /** The attempts that started while another of their race was under way, by the calls of that time. */
    double extraPerCall(Phase phase) {
        return (double) sum(extra, phase) / sum(calls, phase);
    }

    /** Those of them that started sooner than RFC 8305 recommends: what a budget is for. */
    double earlyPerCall(Phase phase) {
        return (double) sum(early, phase) / sum(calls, phase);
    }

    double mostEarlyPerCall(Phase phase) {
        return bySecond(phase, this::earlyPerCall).getMax();
    }

    double synsPerCall(Phase phase) {
        double all = Arrays.stream(syns).mapToInt(server -> sum(server, phase)).sum();
        return all / sum(calls, phase);
    }

    /** The share of the SYNs that go to the half that dies. */
    double dyingShare(Phase phase) {
        return bySecond(phase, this::dyingOfAll).getAverage();
    }

    /** How far that share goes up and down from second to second. */
    double swing(Phase phase) {
        DoubleSummaryStatistics shares = bySecond(phase, this::dyingOfAll);
        return shares.getMax() - shares.getMin();
    }

    private double dyingOfAll(Phase phase) {
        int[] each = Arrays.stream(syns).mapToInt(server -> sum(server, phase)).toArray();
        return (double) Arrays.stream(each, 0, Storm.DYING).sum()
                / Arrays.stream(each).sum();
    }

    /** The most SYNs that one server was sent in one second. */
    int peak(Phase phase) {
        return Arrays.stream(syns)
                .flatMapToInt(server -> Arrays.stream(server, phase.fromSecond(), phase.toSecond()))
                .max()
                .orElseThrow();
    }

    private static DoubleSummaryStatistics bySecond(Phase phase, ToDoubleFunction<Phase> figure) {
        return IntStream.range(phase.fromSecond(), phase.toSecond())
                .mapToDouble(second -> figure.applyAsDouble(new Phase("", second, second + 1)))
                .summaryStatistics();
    }

    private static int sum(int[] perSecond, Phase phase) {
        return Arrays.stream(perSecond, phase.fromSecond(), phase.toSecond()).sum();
    }
}
