package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.benchmarks.Charts;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationFilesTest {
    private static final Experiment EXPERIMENT = new Experiment(
            List.of(SimulationTest.named("rfc8305"), SimulationTest.named("adaptive")), 2, 1, Retransmission.DOUBLING);

    private static final List<PopulationResult> RESULTS = results();
    private static final List<StormResult> STORMS = storms();

    @TempDir
    Path directory;

    private static List<PopulationResult> results() {
        return List.of(
                EXPERIMENT.in(PopulationsTest.named("dies")), EXPERIMENT.in(PopulationsTest.named("cold-start")));
    }

    private static List<StormResult> storms() {
        return List.of(EXPERIMENT.in(Storm.all().get(1)));
    }

    @Test
    void theSameSeedGivesTheSameTables() throws IOException {
        SimulationFiles.write(EXPERIMENT, RESULTS, STORMS, directory.resolve("one"));
        SimulationFiles.write(EXPERIMENT, results(), storms(), directory.resolve("other"));

        for (String file : List.of("tables.md", "results.csv", "noticed.csv", "storms.csv")) {
            assertThat(directory.resolve("one").resolve(file))
                    .hasSameTextualContentAs(directory.resolve("other").resolve(file));
        }
    }

    @Test
    void aLineOfTheCsvIsAPolicyInAPopulation() throws IOException {
        SimulationFiles.write(EXPERIMENT, RESULTS, STORMS, directory);

        List<String> lines = Files.readAllLines(directory.resolve("results.csv"));
        assertThat(lines.get(0)).startsWith("population,policy,calls,failed,\"mean, ms\",");
        assertThat(lines.subList(1, lines.size()))
                .extracting(line -> line.substring(0, line.indexOf(',', line.indexOf(',') + 1)))
                .containsExactly(
                        "dies,rfc8305",
                        "dies,adaptive",
                        "dies,oracle",
                        "cold-start-1st,rfc8305",
                        "cold-start-1st,adaptive",
                        "cold-start-1st,oracle",
                        "cold-start-2nd,rfc8305",
                        "cold-start-2nd,adaptive",
                        "cold-start-2nd,oracle",
                        "cold-start-3rd,rfc8305",
                        "cold-start-3rd,adaptive",
                        "cold-start-3rd,oracle");
        assertThat(lines).as("no digits grouped").noneMatch(line -> line.matches(".*\"\\d+,\\d+\".*"));
        assertThat(Files.readAllLines(directory.resolve("noticed.csv"))).hasSize(1 + 2 * 2);
        assertThat(Files.readAllLines(directory.resolve("storms.csv")))
                .hasSize(1 + 2 * Storm.phases().size());
    }

    @Test
    void thereIsAnOverviewAndAPictureOfWhatChanges() throws IOException {
        var notes = new ArrayList<String>();
        assumeTrue(Charts.canDraw(notes::add), () -> notes.get(0));

        assertThat(SimulationFiles.draw(RESULTS, STORMS, directory))
                .allMatch(file -> file.toFile().length() > 10_000)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "overview.png",
                        "overview.svg",
                        "time-dies.png",
                        "time-dies.svg",
                        "storm-processes.png",
                        "storm-processes.svg");
        BufferedImage overview = ImageIO.read(directory.resolve("overview.png").toFile());
        assertThat(overview.getWidth()).isEqualTo(1_800);
        assertThat(overview.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
    }

    @Test
    void aRunOfNothingHasNothingToDraw() throws IOException {
        assertThat(SimulationFiles.draw(List.of(), List.of(), directory)).isEmpty();
    }
}
