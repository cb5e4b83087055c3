package dev.connie.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.jmh.Overhead.Result;
import dev.connie.benchmarks.jmh.Overhead.Sample;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

/** The arithmetic of the overhead's table; its figures are measured by running it. */
class OverheadTest {
    private static final OverheadCase CASE = new OverheadCase("connect, quickly", Map.of("addresses", "1"), 0.95, 0.7);

    @Test
    void the_median_of_the_iterations_ratios_counts_whatever_one_of_them_suffered() {
        Result result = result(sample(10, 9), sample(1_000, 901), sample(10, 80));

        assertThat(result.median(Sample::timeRatio)).isEqualTo(0.901);
        assertThat(result.isMet()).isTrue();
    }

    @Test
    void quartiles_lie_between_the_extremes() {
        Result result = result(sample(1, 5), sample(1, 4), sample(1, 3), sample(1, 2), sample(1, 1));

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
        String table = Overhead.TABLE.text(List.of(Overhead.row(result(new Sample(32, 28.8, 1_000, 650)))));
        assertThat(table.lines().toList().get(2).replaceAll(" +", " "))
                .isEqualTo("connect, quickly 32.00 28.80 0.900 0.90 0.90 <0.95 1,000 650 0.650 <0.7 met");
    }

    @Test
    void a_line_of_the_results_has_all_digits() {
        assertThat(Overhead.row(result(new Sample(32, 28.8, 1_000, 650))).toString())
                .startsWith(
                        "{\"name\":\"connect, quickly\","
                                + "\"parameters\":{\"addresses\":\"1\"},\"plain_us\":32.0,\"connie_us\":28.8,\"time_ratio\":0.9,")
                .endsWith("\"time_goal\":0.95,\"plain_bytes\":1000.0,\"connie_bytes\":650.0,\"bytes_ratio\":0.65,"
                        + "\"bytes_goal\":0.7,\"goals\":\"met\",\"samples\":1}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void every_case_has_parameters_that_the_benchmark_knows_and_a_name_of_its_own(boolean quick) {
        List<OverheadCase> cases = OverheadCase.all(quick);

        assertThat(cases).extracting(OverheadCase::name).doesNotHaveDuplicates();
        assertThat(cases)
                .flatExtracting(each -> each.parameters().keySet())
                .allSatisfy(
                        name -> assertThat(SocketBenchmark.class.getField(name).isAnnotationPresent(Param.class))
                                .isTrue());
        assertThat(cases)
                .extracting(each -> each.parameters().get("what"))
                .containsAll(
                        Stream.of(SocketBenchmark.What.values()).map(Enum::name).toList());
    }

    private static Sample sample(double plainMicros, double connieMicros) {
        return new Sample(plainMicros, connieMicros, 1_000, 500);
    }

    private static Result result(Sample... samples) {
        return new Result(CASE, List.of(samples));
    }
}
