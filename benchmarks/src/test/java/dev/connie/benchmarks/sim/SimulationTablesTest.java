package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.sim.Observer.Event;
import dev.connie.benchmarks.sim.Watch.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTablesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void showTimesCostsAndTheGain() {
        var result = result(
                List.of(),
                trial("allAtOnce", 10, 4, 3),
                trial("rfc8305", 50, 1, 0),
                trial("adaptive", 20, 1, 0),
                new Trial("unlucky", List.of(List.of(failed())), new StormLoad()));

        assertThat(tables(result)).isEqualTo("""
                        policy     calls  failed  mean, ms      sd    p50     p90     p99     max   gain  SYNs  discarded
                        allAtOnce      2       0      10.0   0.000   10.0    10.0    10.0    10.0   1.00  4.00       3.00
                        rfc8305        2       0      50.0   0.000   50.0    50.0    50.0    50.0   0.00  1.00       0.00
                        adaptive       2       0      20.0   0.000   20.0    20.0    20.0    20.0   0.75  1.00       0.00
                        unlucky        1       1     3,000*      -  3,000*  3,000*  3,000*  3,000*     -     -          -
                        oracle         2       0      10.0   0.000   10.0    10.0    10.0    10.0   1.00     -          -
                        """);
    }

    @Test
    void tellHowSoonAChangeWasNoticed() {
        var watch = new Watch("dies", 0, SECOND, 300 * SECOND, Wanted.AVOIDED);
        var quick = new ArrayList<Outcome>();
        var slow = new ArrayList<Outcome>();
        var never = new ArrayList<Outcome>();
        for (int i = 0; i < 200; i++) {
            quick.add(first(i, i < 3 ? 0 : 1));
            slow.add(first(i, i < 5 ? 0 : 1));
            never.add(first(i, 0));
        }
        var result = result(
                List.of(watch),
                new Trial("learns", List.of(quick, slow), new StormLoad()),
                new Trial("half", List.of(quick, never), new StormLoad()),
                new Trial("blind", List.of(never, never), new StormLoad()));

        assertThat(tables(result).replaceAll(" {2,}", "; ")).endsWith("""
                        policy; change; wanted; noticed after, s; at worst, s; in runs; not heeded by, calls; of
                        learns; dies at 1 s; not tried first; 3.0; 4.0; 2; 3.0; 199
                        half; dies at 1 s; not tried first; 2.0; 2.0; 1; 100.5; 199
                        blind; dies at 1 s; not tried first; -; -; 0; 199.0; 199
                        """);
    }

    /** What the terminal shows of one population, without its heading. */
    private static String tables(Experiment.Result result) {
        var experiment = new Experiment(List.of(), 1, 1);
        String text = SimulationReport.of(experiment, List.of(result)).text();
        return text.substring(text.indexOf("policy")).replaceFirst("\\n\\n$", "\n");
    }

    @Test
    void countTheLoadOfAStormBySecond() {
        var load = new StormLoad();
        for (int second = 0; second < Storm.SECONDS; second++) {
            for (int i = 0; i < 10; i++) {
                load.count(outcome(call(i, second * SECOND), 10, 1, 0));
                tell(load, Event.START, second, i % 8);
            }
        }
        tell(load, Event.EXTRA_START, 40, 4);
        tell(load, Event.EARLY_START, 41, 4);
        tell(load, Event.EARLY_START, 41, 4);
        tell(load, Event.RETRANSMISSION, 41, 0);
        tell(load, Event.LOST, 41, 0);
        tell(load, Event.RETRANSMISSION, 1_000, 0);
        Storm.Phase outage = Storm.PHASES.get(1);

        assertThat(outage.fromSecond()).isEqualTo(40);
        assertThat(load.extraPerCall(outage)).isEqualTo(3 / 50.0);
        assertThat(load.earlyPerCall(outage)).isEqualTo(2 / 50.0);
        assertThat(load.mostEarlyPerCall(outage)).isEqualTo(0.2);
        assertThat(load.synsPerCall(outage)).isEqualTo(54 / 50.0);
        assertThat(load.peak(outage)).isEqualTo(3);
        assertThat(load.dyingShare(outage)).isEqualTo((0.6 * 3 + 6 / 11.0 + 7 / 13.0) / 5);
        assertThat(load.swing(outage)).isEqualTo(0.6 - 7 / 13.0);
        assertThat(load.syns(0, Storm.SECONDS - 1)).isEqualTo(3);
    }

    private static void tell(StormLoad load, Event event, long second, int server) {
        load.on(event, second * SECOND, call(0, 0), Server.of(server, Populations.DEAD));
    }

    private static Experiment.Result result(List<Watch> watches, Trial... trials) {
        var population = new Population(
                "made-up",
                "Nobody calls.",
                List.of(List.of(Server.of(0, Populations.DEAD))),
                false,
                1,
                Plan.byChance(Duration.ofSeconds(1), 1, 1),
                List.of(""),
                watches);
        return new Experiment.Result(population, List.of(trials));
    }

    private static Trial trial(String policy, int millis, int syns, int discarded) {
        return new Trial(
                policy,
                List.of(
                        List.of(outcome(call(0, 0), millis, syns, discarded)),
                        List.of(outcome(call(0, 0), millis, syns, discarded))),
                new StormLoad());
    }

    private static Outcome failed() {
        return new Outcome(call(0, 0), 3 * SECOND, false, 0, -1, 1, 2, 0, -1);
    }

    private static Outcome first(int second, int server) {
        return new Outcome(call(second, second * SECOND), 1, true, server, server, 1, 1, 0, 1);
    }

    private static Outcome outcome(Call call, long millis, int syns, int discarded) {
        return new Outcome(call, millis * 1_000_000, true, 0, 0, 1, syns, discarded, 10_000_000);
    }

    private static Call call(int number, long nanos) {
        return new Call(number, nanos, 0, 0, 0);
    }
}
