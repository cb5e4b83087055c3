package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.internal.drive.AttemptPermits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that has run out of descriptors; each time a JVM of its own, whose first race this is. */
class ExhaustionTest {
    private static final int MAX_DESCRIPTORS = 80;

    /** A JVM that opens no files by the way, which would now and then have a descriptor when all are counted. */
    private static final List<String> QUIET = List.of(
            "-XX:-UseContainerSupport",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-UseDynamicNumberOfCompilerThreads");

    @ParameterizedTest
    @EnumSource(ExhaustedProcess.Scenario.class)
    void theRaceGoesOnWithWhatItGets(ExhaustedProcess.Scenario scenario) throws Exception {
        String said = ChildJvm.run(MAX_DESCRIPTORS, QUIET, ExhaustedProcess.class, scenario.name());
        assertThat(said).isEqualTo(scenario + " done\n");
    }

    @Test
    void theBoundOfTheProcessIsAProperty() throws Exception {
        assertThat(ChildJvm.run(1000, List.of(), BoundOfTheProcess.class)).isEqualTo("1024\n");
        assertThat(ChildJvm.run(1000, List.of("-Ddev.connie.maxExtraAttempts=7"), BoundOfTheProcess.class))
                .isEqualTo("7\n");
    }

    static final class BoundOfTheProcess {
        public static void main(String[] args) {
            System.out.println(AttemptPermits.ofProcess().available());
        }
    }
}
