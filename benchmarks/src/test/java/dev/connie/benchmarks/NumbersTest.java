package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "42345|0.042",
                "99499|0.099",
                "99500|0.10",
                "420000|0.42",
                "4200000|4.20",
                "9994999|9.99",
                "9996000|10.0",
                "12340000|12.3",
                "99960000|100",
                "1003400000|1,003",
                "NaN|-"
            })
    void millisHaveAboutThreeDigits(double nanos, String text) {
        assertThat(Numbers.millis(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1000, <1 % failed",
        "10, 1000, 1 % failed",
        "1, 2, 50 % failed",
        "999, 1000, >99 % failed",
        "7, 7, 100 % failed"
    })
    void aShareOfFailuresIsNeitherNoneNorAllUnlessItIs(int failures, int calls, String text) {
        assertThat(Numbers.failed(failures, calls)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0.5|0.5", "20|20", "1000|1,000", "0.05|0.05", "0|0"})
    void aTickIsRound(double value, String text) {
        assertThat(Numbers.tick(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|0 rounds", "1|1 round", "1000|1,000 rounds"})
    void whatIsCountedIsOneOrMany(int count, String text) {
        assertThat(Numbers.counted(count, "round")).isEqualTo(text);
    }
}
