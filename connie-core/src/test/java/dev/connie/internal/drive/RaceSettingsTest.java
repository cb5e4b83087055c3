package dev.connie.internal.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.connie.race.RacePolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What system properties say of races. */
class RaceSettingsTest {
    private static RaceSettings of(String name, String value) {
        return new RaceSettings(Map.of(name, value)::get);
    }

    @Test
    void whatIsNotSetIsAsInAConnectorOfOnesOwn() {
        RaceSettings settings = new RaceSettings(name -> null);

        assertThat(settings.policyName()).isEqualTo("adaptive");
        assertThat(settings.maxAttemptsInFlight(16)).isEqualTo(16);
        assertThat(settings.raceToFirstByte(true)).isTrue();
    }

    @Test
    void whatIsBlankIsNotSet() {
        assertThat(of("dev.connie.policy", "").policyName()).isEqualTo("adaptive");
        assertThat(of("dev.connie.maxAttemptsInFlight", " ").maxAttemptsInFlight(16))
                .isEqualTo(16);
        assertThat(of("dev.connie.raceToFirstByte", "").raceToFirstByte(true)).isTrue();
    }

    @Test
    void eachValueIsHeeded() {
        assertThat(of("dev.connie.policy", "rfc8305").policyName()).isEqualTo("rfc8305");
        assertThat(of("dev.connie.maxAttemptsInFlight", " 64 ").maxAttemptsInFlight(16))
                .isEqualTo(64);
        assertThat(of("dev.connie.maxAttemptsInFlight", "1").maxAttemptsInFlight(16))
                .isEqualTo(1);
        assertThat(of("dev.connie.raceToFirstByte", "false").raceToFirstByte(true))
                .isFalse();
    }

    @Test
    void eachNameIsThePolicyThatHasItsFactoryMethod() {
        assertThat(RaceSettings.policy("a test", "allAtOnce").getClass())
                .isEqualTo(RacePolicy.allAtOnce().getClass());
        assertThat(RaceSettings.policy("a test", "rfc8305").getClass())
                .isEqualTo(RacePolicy.rfc8305().getClass());
        assertThat(RaceSettings.policy("a test", "adaptive").getClass())
                .isEqualTo(RacePolicy.adaptive().getClass());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fastest", "Adaptive", "all-at-once"})
    void anotherPolicyIsAnErrorThatSaysWhatThereIs(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RaceSettings.policy("System property dev.connie.policy", name))
                .withMessage("System property dev.connie.policy is \"" + name
                        + "\": it must be adaptive, allAtOnce or rfc8305");
    }

    @ParameterizedTest
    @CsvSource({"0", "65", "-1", "many", "1.5", "99999999999"})
    void anotherNumberIsAnErrorThatSaysTheRange(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("dev.connie.maxAttemptsInFlight", value).maxAttemptsInFlight(16))
                .withMessage("System property dev.connie.maxAttemptsInFlight is \"" + value
                        + "\": it must be a whole number from 1 to 64");
    }

    @Test
    void noExtraAttemptsAreANumberAndFewerAreNot() {
        assertThat(of("dev.connie.maxExtraAttempts", "0").maxExtraAttempts(1024))
                .isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("dev.connie.maxExtraAttempts", "-1").maxExtraAttempts(1024))
                .withMessage(
                        "System property dev.connie.maxExtraAttempts is \"-1\": it must be a whole number from 0 to "
                                + Integer.MAX_VALUE);
    }

    @Test
    void neitherTrueNorFalseIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("dev.connie.raceToFirstByte", "yes").raceToFirstByte(true))
                .withMessage("System property dev.connie.raceToFirstByte is \"yes\": it must be true or false");
    }
}
