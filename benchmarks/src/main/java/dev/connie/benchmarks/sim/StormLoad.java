package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.sim.Storm.Phase;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** What a storm's clients ask of its servers, by the second. */
final class StormLoad implements Observer {
    private final int[] calls = new int[Storm.SECONDS];
    private final int[] extra = new int[Storm.SECONDS];
    private final int[] early = new int[Storm.SECONDS];
    private final int[][] syns = new int[Storm.SERVERS][Storm.SECONDS];

    @Override
    public void on(Event event, long nanos, Call call, Server server) {
        if (event.isSyn()) {
            syns[server.number()][Storm.second(nanos)]++;
        }
        if (event.isExtra()) {
            extra[Storm.second(nanos)]++;
        }
        if (event == Event.EARLY_START) {
            early[Storm.second(nanos)]++;
        }
    }

    void count(Outcome outcome) {
        calls[Storm.second(outcome.call().nanos())]++;
    }

    int syns(int server, int second) {
        return syns[server][second];
    }

    /** The attempts that started while another of their race was under way, by the calls of that second. */
    double extraPerCall(int second) {
        return (double) extra[second] / calls[second];
    }

    double extraPerCall(Phase phase) {
        return (double) sum(extra, phase) / sum(calls, phase);
    }

    /** Those of them that started sooner than RFC 8305 recommends: what a budget is for. */
    double earlyPerCall(int second) {
        return (double) early[second] / calls[second];
    }

    double earlyPerCall(Phase phase) {
        return (double) sum(early, phase) / sum(calls, phase);
    }

    double mostEarlyPerCall(Phase phase) {
        return each(phase, this::earlyPerCall).getMax();
    }

    double synsPerCall(Phase phase) {
        double all = Arrays.stream(syns).mapToInt(server -> sum(server, phase)).sum();
        return all / sum(calls, phase);
    }

    /** The share of the SYNs that go to the half that dies. */
    double dyingShare(Phase phase) {
        return each(phase, this::dyingShare).getAverage();
    }

    /** How far that share goes up and down from second to second. */
    double swing(Phase phase) {
        DoubleSummaryStatistics shares = each(phase, this::dyingShare);
        return shares.getMax() - shares.getMin();
    }

    private double dyingShare(int second) {
        double dying = IntStream.range(0, Storm.DYING).map(i -> syns[i][second]).sum();
        return dying / Arrays.stream(syns).mapToInt(server -> server[second]).sum();
    }

    /** The most SYNs that one server was sent in one second. */
    int peak(Phase phase) {
        return Arrays.stream(syns)
                .flatMapToInt(server -> Arrays.stream(server, phase.fromSecond(), phase.toSecond()))
                .max()
                .orElseThrow();
    }

    private static DoubleSummaryStatistics each(Phase phase, IntToDoubleFunction ofSecond) {
        return IntStream.range(phase.fromSecond(), phase.toSecond())
                .mapToDouble(ofSecond)
                .summaryStatistics();
    }

    private static int sum(int[] perSecond, Phase phase) {
        return Arrays.stream(perSecond, phase.fromSecond(), phase.toSecond()).sum();
    }
}
