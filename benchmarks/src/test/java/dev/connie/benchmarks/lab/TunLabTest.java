package dev.connie.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Runs {@link LabCases} in a namespace; each of its checks is a test here. */
@Tag("slow")
class TunLabTest {
    @TestFactory
    @Timeout(180)
    List<DynamicTest> measures_up() throws Exception {
        Namespace.whyNot().ifPresent(reason -> abort(reason));
        Process process = Namespace.command(LabCases.class, List.of())
                .redirectErrorStream(true)
                .start();
        String output;
        int exitCode;
        try {
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            exitCode = process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        List<DynamicTest> tests = new ArrayList<>();
        List<String> names = new ArrayList<>(
                LabCases.all().stream().map(LabSelfTest.Check::name).toList());
        names.add("no thread or descriptor outlives the lab");
        for (String name : names) {
            tests.add(dynamicTest(name, () -> assertPassed(name, output)));
        }
        boolean anyFailed = output.lines().anyMatch(line -> line.startsWith(LabSelfTest.FAILED));
        tests.add(dynamicTest(
                "says with its exit code whether all is well",
                () -> assertThat(exitCode).as(output).isEqualTo(anyFailed ? 1 : 0)));
        return tests;
    }

    private static void assertPassed(String name, String output) {
        String line = output.lines()
                .filter(each -> each.contains(" " + name + ": "))
                .findFirst()
                .orElse(output);
        if (line.startsWith(LabSelfTest.SKIPPED)) {
            abort(line);
        }
        assertThat(line).startsWith(LabSelfTest.PASSED);
    }

    @Test
    void opens_only_in_a_namespace() {
        assertThatThrownBy(TunLab::open).isInstanceOf(IOException.class).hasMessageContaining("namespace");
    }
}
