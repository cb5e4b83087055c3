package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "0 ms, 0",
        "20 ms, 20000000",
        "1 s, 1000000000",
        "1.5 s, 1500000000",
        "250 us, 250000",
        "7 ns, 7",
        "100 s, 100000000000",
        "1.000000001 s, 1000000001"
    })
    void aDurationIsReadAndWrittenAlike(String text, long nanos) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(nanos));
        assertThat(DurationText.format(Duration.ofNanos(nanos))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"20ms, 20 ms", "1000 ms, 1 s", "0.5 ms, 500 us", "0 s, 0 ms", "' 3 s ', 3 s"})
    void itsFormIsNotUnique(String text, String shortest) {
        assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(shortest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "ms", "20 min", "-1 ms", "1,5 s", "1e3 ms", "20 ms.", "12345678901 s"})
    void whatIsNoDurationIsRejectedWithTheRightForm(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessage("not a number with a unit (ns, us, ms, s), such as \"20 ms\": \"" + text + "\"");
    }
}
