package dev.connie.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.jmh.OverheadResult.Sample;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;

/** The arithmetic of the overhead's table; its figures are measured by running it. */
class OverheadTest {
    private static final OverheadCase CASE =
            new OverheadCase("connect, quickly", "SomeBenchmark.connect", Map.of("addresses", "1"), 0.95, 0.7);

    @Test
    void the_median_of_the_iterations_ratios_counts_whatever_one_of_them_suffered() {
        OverheadResult result = result(sample(10, 9), sample(1_000, 901), sample(10, 80));

        assertThat(result.median(Sample::timeRatio)).isEqualTo(0.901);
        assertThat(result.isMet()).isTrue();
    }

    @Test
    void quartiles_lie_between_the_extremes() {
        OverheadResult result = result(sample(1, 5), sample(1, 4), sample(1, 3), sample(1, 2), sample(1, 1));

        assertThat(result.quantile(0.25, Sample::timeRatio)).isEqualTo(2);
        assertThat(result.quantile(0.75, Sample::timeRatio)).isEqualTo(4);
    }

    @Test
    void a_goal_is_missed_by_time_or_by_bytes() {
        assertThat(result(new Sample(100, 95, 100, 70)).isMet()).isTrue();
        assertThat(result(new Sample(100, 96, 100, 70)).isMet()).isFalse();
        assertThat(result(new Sample(100, 95, 100, 71)).isMet()).isFalse();
    }

    @Test
    void the_table_says_what_was_measured_and_whether_it_is_good_enough() {
        String table = OverheadTable.text(List.of(result(new Sample(32, 28.8, 1_000, 650))));

        assertThat(table.lines().toList().get(1).replaceAll(" +", " "))
                .isEqualTo("connect, quickly 32.00 28.80 0.900 0.90 - 0.90 <0.95 1000 650 0.650 <0.7 met");
    }

    @Test
    void the_csv_has_a_column_for_each_heading() {
        String csv = OverheadTable.csv(List.of(result(new Sample(32, 28.8, 1_000, 650))));

        List<String> lines = csv.lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1))
                .isEqualTo(
                        "\"connect, quickly\",SomeBenchmark.connect,addresses=1,32.0000,28.8000,0.9000,0.9000,0.9000,"
                                + "0.95,1000.0,650.0,0.6500,0.7,true,1");
        // One comma is within the name.
        assertThat(lines.get(1).split(",")).hasSize(lines.get(0).split(",").length + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void every_case_is_a_benchmark_that_exists(boolean quick) {
        Set<String> benchmarks = Stream.of(PairedConnectBenchmark.class, PairedSocketBenchmark.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(OverheadTest::nameOf)
                .collect(Collectors.toSet());
        List<String> used = new ArrayList<>();
        OverheadCase.all(quick).forEach(each -> used.add(each.benchmark()));

        assertThat(used).hasSameElementsAs(benchmarks);
    }

    private static String nameOf(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    private static Sample sample(double plainMicros, double connieMicros) {
        return new Sample(plainMicros, connieMicros, 1_000, 500);
    }

    private static OverheadResult result(Sample... samples) {
        return new OverheadResult(CASE, List.of(samples));
    }
}
