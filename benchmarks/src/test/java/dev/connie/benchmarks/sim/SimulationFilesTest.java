package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.benchmarks.Pictures;
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
    private static final Experiment EXPERIMENT =
            new Experiment(List.of(SimulationTest.named("rfc8305"), SimulationTest.named("adaptive")), 2, 1);

    private static final List<Experiment.Result> RESULTS = results();

    @TempDir
    Path directory;

    private static List<Experiment.Result> results() {
        return List.of(
                EXPERIMENT.in(PopulationsTest.named("dies")),
                EXPERIMENT.in(PopulationsTest.named("cold-start")),
                EXPERIMENT.in(Storm.all().get(1)));
    }

    @Test
    void theSameSeedGivesTheSameTables() throws IOException {
        SimulationReport.of(EXPERIMENT, RESULTS).write(directory.resolve("one"));
        SimulationReport.of(EXPERIMENT, results()).write(directory.resolve("other"));

        for (String file : List.of("tables.md", "results.jsonl")) {
            assertThat(directory.resolve("one").resolve(file))
                    .hasSameTextualContentAs(directory.resolve("other").resolve(file));
        }
    }

    @Test
    void aLineOfTheResultsIsARowOfATable() throws IOException {
        SimulationReport.of(EXPERIMENT, RESULTS).write(directory);
        List<String> lines = Files.readAllLines(directory.resolve("results.jsonl"));
        assertThat(lines.get(0)).startsWith("{\"benchmark\":\"simulate\",\"environment\":[\"seed: 1\"");
        assertThat(rows(lines, "figures"))
                .extracting(
                        line -> line.replaceAll("\\{\"table\":\"figures\",\"population\":|\"policy\":|,\"calls.*", ""))
                .containsExactly(
                        "\"dies\",\"rfc8305\"",
                        "\"dies\",\"adaptive\"",
                        "\"dies\",\"oracle\"",
                        "\"cold-start-1st\",\"rfc8305\"",
                        "\"cold-start-1st\",\"adaptive\"",
                        "\"cold-start-1st\",\"oracle\"",
                        "\"cold-start-2nd\",\"rfc8305\"",
                        "\"cold-start-2nd\",\"adaptive\"",
                        "\"cold-start-2nd\",\"oracle\"",
                        "\"cold-start-3rd\",\"rfc8305\"",
                        "\"cold-start-3rd\",\"adaptive\"",
                        "\"cold-start-3rd\",\"oracle\"");
        assertThat(rows(lines, "noticed")).hasSize(2 * 2);
        assertThat(rows(lines, "storm")).hasSize(2 * Storm.PHASES.size());
    }

    private static List<String> rows(List<String> lines, String table) {
        return lines.stream()
                .filter(line -> line.startsWith("{\"table\":\"" + table + "\""))
                .toList();
    }

    @Test
    void thereIsAnOverviewAndAPictureOfWhatChanges() throws IOException {
        var notes = new ArrayList<String>();
        Pictures pictures = into -> SimulationPictures.draw(RESULTS, into);
        List<Path> files = pictures.drawIfPossible(directory, notes::add);
        assumeTrue(notes.isEmpty(), () -> notes.get(0));

        assertThat(files)
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
        assertThat(SimulationPictures.draw(List.of(), directory)).isEmpty();
    }
}
