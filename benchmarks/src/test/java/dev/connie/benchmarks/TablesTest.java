package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.Measurement.Failure;
import dev.connie.benchmarks.lab.Traffic;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final ScenarioResult MIXED = new ScenarioResult(
            "four-of-8-dead",
            "4 of 8 addresses swallow every packet.",
            List.of(
                    new Measurement(
                            "Connie allAtOnce",
                            List.of(20_000_000L, 22_000_000L),
                            List.of(),
                            List.of(),
                            new Traffic(16, 3, 1)),
                    new Measurement(
                            "Socket first address",
                            List.of(400_000L),
                            List.of(1_001_000_000L, 1_001_000_000L),
                            List.of(new Failure("Connect timed out", 2)),
                            new Traffic(5, 1, 0))));

    private static final ScenarioResult FAILED = new ScenarioResult(
            "all-dead",
            "The time to fail.",
            List.of(
                    SampleRun.ofMillis("Connie allAtOnce", List.of(), List.of(1_000, 1_002), null),
                    SampleRun.ofMillis("lucky", List.of(10), List.of(), null)));

    private static Report report(ScenarioResult result) {
        return new Run("connect", Instant.EPOCH, List.of(), List.of(result)).report();
    }

    @Nested
    class OnTheTerminal {
        private static String text(ScenarioResult result) {
            return report(result).text().replaceFirst("\n\n$", "\n");
        }

        @Test
        void alignsFiguresBelowTheirUnits() {
            assertThat(text(MIXED)).isEqualTo("""
                            four-of-8-dead: 4 of 8 addresses swallow every packet.

                            contender             calls  failed  mean    sd   p50   p90   p99   max  oracle   SYNs  conns   RSTs
                                                                   ms    ms    ms    ms    ms    ms       x  /call  /call  /call
                            Connie allAtOnce          2       0  21.0  1.41  20.0  22.0  22.0  22.0       -   8.00    1.5    0.5
                            Socket first address      3       2  0.40     -  0.40  0.40  0.40  0.40       -   1.67    0.3    0.0

                            Socket first address, 2x: Connect timed out
                            """);
        }

        @Test
        void marksTheTimeToFail() {
            assertThat(text(FAILED)).isEqualTo("""
                            all-dead: The time to fail.

                            contender         calls  failed   mean     sd     p50     p90     p99     max   oracle   SYNs  conns   RSTs
                                                                ms     ms      ms      ms      ms      ms        x  /call  /call  /call
                            Connie allAtOnce      2       2  1,001*  1.41*  1,000*  1,002*  1,002*  1,002*       -      -      -      -
                            lucky                 1       0   10.0      -    10.0    10.0    10.0    10.0        -      -      -      -

                            * time to fail: no call succeeded
                            Connie allAtOnce, 2x: Connect timed out
                            """);
        }

        @Test
        void fitsInto110ColumnsWithTheLongestNames() {
            for (Run run : List.of(SampleRun.connect(), SampleRun.http())) {
                for (ScenarioResult result : run.results()) {
                    assertThat(text(result).lines())
                            .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
                }
            }
        }

        @Test
        void cutsWhatAFailureSaysToOneLine() {
            var talkative = new Measurement(
                    "a", List.of(), List.of(1L), List.of(new Failure("x".repeat(200) + "\nsecond line", 1)), null);

            assertThat(text(new ScenarioResult("s", "d", List.of(talkative))))
                    .endsWith("\na, 1x: " + "x".repeat(110 - 7 - 3) + "...\n");
        }
    }

    @Nested
    class InMarkdown {
        @Test
        void hasTheSameColumns() {
            assertThat(markdown(MIXED)).isEqualTo("""
                            | contender | calls | failed | mean, ms | sd, ms | p50, ms | p90, ms | p99, ms | max, ms | oracle, x | SYNs, /call \
                            | conns, /call | RSTs, /call |
                            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                            | Connie allAtOnce | 2 | 0 | 21.0 | 1.41 | 20.0 | 22.0 | 22.0 | 22.0 | - | 8.00 | 1.5 | 0.5 |
                            | Socket first address | 3 | 2 | 0.40 | - | 0.40 | 0.40 | 0.40 | 0.40 | - | 1.67 | 0.3 | 0.0 |
                            """);
        }

        @Test
        void marksTheTimeToFail() {
            assertThat(markdown(FAILED))
                    .contains("| Connie allAtOnce | 2 | 2 | 1,001\\* | 1.41\\* | 1,000\\* |")
                    .endsWith("\n\n\\* time to fail: no call succeeded\n");
        }

        @Test
        void tellsWhereTheRunWasMade() {
            assertThat(SampleRun.connect().report().markdown()).startsWith("""
                            # connect, 2024-05-06T07:08:09Z

                            - machine: 2 cores, Linux 6.1
                            - JVM: 17.0.15
                            - lab: none, these figures are made up

                            ## eight-live

                            8 live addresses of 10 to 150 ms, in another order each time.

                            | contender |\
                            """);
        }

        private static String markdown(ScenarioResult result) {
            String text = report(result).markdown();
            return text.substring(text.indexOf("| contender"));
        }
    }
}
