package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One adaptive policy in several threads. */
class SharedAdaptiveTest {
    private static final int THREADS = 4;
    private static final int RACES = 3_000;
    private static final long RFC_DELAY_MILLIS = 250;

    private static <T> List<T> inThreads(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void everyRaceIsWonAndTheBudgetIsNeverOverdrawn() throws Exception {
        Adaptive policy = RacePolicy.adaptive().withExploration(0.03).withExtraAttempts(0.05);

        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            tasks.add(() -> extraAttemptsOfManyRaces(policy, random));
        }
        long extra = inThreads(tasks).stream().mapToLong(Long::longValue).sum();
        assertThat(extra)
                .isPositive()
                .isLessThanOrEqualTo(
                        Adaptive.FIRST_CONTACT_RESERVE + Adaptive.RESERVE + (long) (0.05 * THREADS * RACES));
    }

    /** Nothing is refused, so that no attempt starts because another failed. */
    private static long extraAttemptsOfManyRaces(Adaptive policy, SplittableRandom random) {
        VirtualNetwork network = network().policy(policy).raceAfterRace().now();
        long extra = 0;
        for (int race = 0; race < RACES; race++) {
            for (String name : List.of("a", "b", "c")) {
                if (random.nextInt(10) == 0) {
                    network.drops(name);
                } else {
                    network.accepts(name, 5 + random.nextInt(200));
                }
            }
            network.accepts("d", 300);
            policy.disappointed(network.addressOf(random.nextBoolean() ? "a" : "b"), network.clockNanos());
            RaceReport report = network.report();
            assertThat(report.winner()).isPresent();
            for (int i = 1; i < report.attempts().size(); i++) {
                long gap = report.attempts().get(i).start().toMillis()
                        - report.attempts().get(i - 1).start().toMillis();
                extra += gap < RFC_DELAY_MILLIS ? 1 : 0;
            }
            network.rest(random.nextInt(100));
        }
        return extra;
    }

    @Test
    void tokensAreTakenOnce() throws Exception {
        Budget budget = new Budget(1, 10_000);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            tasks.add(() -> {
                int taken = 0;
                while (budget.take()) {
                    taken++;
                }
                return taken;
            });
        }
        assertThat(inThreads(tasks).stream().mapToInt(Integer::intValue).sum()).isEqualTo(10_000);
    }

    @Test
    void anExplorationIsClaimedOnce() throws Exception {
        for (int round = 0; round < 500; round++) {
            AddressHistory knowledge = new AddressHistory(now -> 0);
            knowledge.failed(0);
            Callable<Boolean> claim = () -> knowledge.claimProbe(1_000_000_000);
            assertThat(inThreads(List.of(claim, claim))).containsExactlyInAnyOrder(true, false);
        }
    }
}
