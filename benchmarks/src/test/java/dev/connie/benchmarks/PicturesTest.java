package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class PicturesTest {
    @TempDir
    Path directory;

    @Test
    void aRunHasADistributionPerScenarioTheSynsAndAnOverviewEachAsPngAndSvg() throws IOException {
        assertThat(draw(SampleRun.connect()))
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "ecdf-eight-live.png",
                        "ecdf-eight-live.svg",
                        "ecdf-four-of-8-dead.png",
                        "ecdf-four-of-8-dead.svg",
                        "ecdf-all-dead.png",
                        "ecdf-all-dead.svg",
                        "syns.png",
                        "syns.svg",
                        "overview.png",
                        "overview.svg");
    }

    @Test
    void aPngIsLargeEnoughForFineScreensAndShowsTheContendersInTheirColours() throws IOException {
        draw(SampleRun.connect());

        BufferedImage ecdf =
                ImageIO.read(directory.resolve("ecdf-four-of-8-dead.png").toFile());
        assertThat(ecdf.getWidth()).isEqualTo(1_800);
        assertThat(ecdf.getHeight()).isEqualTo(800);
        assertThat(ecdf.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
        for (String contender : List.of("Connie allAtOnce", "Connie rfc8305", "Socket one after another")) {
            assertThat(pixels(ecdf, Palette.of(contender).color()))
                    .as(contender)
                    .isGreaterThan(100);
        }
        BufferedImage syns = ImageIO.read(directory.resolve("syns.png").toFile());
        // A bar for 8 SYNs is about eight times one for 1.1; both are of full colour.
        assertThat(pixels(syns, Palette.of("Connie allAtOnce").fill()))
                .isGreaterThan(2L * pixels(syns, Palette.of("Connie rfc8305").fill()));
        assertThat(pixels(ImageIO.read(directory.resolve("overview.png").toFile()), Palette.BLUE))
                .isGreaterThan(100);
    }

    @Test
    void aCurveOfAContenderThatFailsEndsBelow100Percent() throws IOException {
        Measurement slow = SampleRun.ofMillis("oracle", List.of(2_000), List.of(), null);
        var half = new ScenarioResult(
                "half",
                "half of the calls fail",
                List.of(SampleRun.ofMillis("Connie allAtOnce", List.of(10, 11, 12), List.of(20, 20, 20), null), slow));
        var whole = new ScenarioResult(
                "whole",
                "all calls succeed",
                List.of(
                        SampleRun.ofMillis("Connie allAtOnce", List.of(10, 11, 12, 13, 13, 13), List.of(), null),
                        slow));
        draw(run(List.of(half, whole)));

        int topOfHalf = topOfCurve("ecdf-half.png");
        int topOfWhole = topOfCurve("ecdf-whole.png");

        // The plot is about 580 pixels high.
        assertThat(topOfHalf - topOfWhole).isBetween(200, 400);
    }

    @Test
    void anSvgIsWellFormedAndNeedsNoFontOfTheReaders() throws Exception {
        for (Path file : draw(SampleRun.http())) {
            if (file.toString().endsWith(".svg")) {
                Document svg = parse(file);
                assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
                assertThat(svg.getDocumentElement().getAttribute("viewBox")).startsWith("0 0 900 ");
                assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(20);
                assertThat(svg.getElementsByTagName("text").getLength()).isZero();
                assertThat(Files.size(file)).isLessThan(500_000);
            }
        }
    }

    @Test
    void aContenderLooksTheSameInEveryRunAndEachOfARunLooksDifferent() {
        for (Run run : List.of(SampleRun.connect(), SampleRun.http())) {
            var looks = run.results().get(0).measurements().stream()
                    .map(measurement -> Palette.of(measurement.contender()))
                    .toList();
            assertThat(looks).doesNotHaveDuplicates();
            assertThat(looks)
                    .allSatisfy(
                            look -> assertThat(look.stroke().getLineWidth() > 2).isEqualTo(look.races()));
        }
        assertThat(Palette.of("my client + Connie").color())
                .isEqualTo(Palette.of("my client").color());
        assertThat(Palette.of("my client + Connie").races()).isTrue();
        assertThat(Palette.of("my client").races()).isFalse();
    }

    @Test
    void realHostsHaveNoSynsAndAFileNameThatEveryFileSystemTakes() throws IOException {
        var host = new ScenarioResult(
                "example.org:443",
                "a real host",
                List.of(SampleRun.ofMillis("oracle", List.of(10, 20, 30), List.of(), null)));

        assertThat(draw(run(List.of(host))))
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "ecdf-example.org-443.png", "ecdf-example.org-443.svg", "overview.png", "overview.svg");
    }

    @Test
    void aRunWithoutACallHasNothingToDraw() throws IOException {
        var nothing = new ScenarioResult(
                "nothing", "no call was made", List.of(SampleRun.ofMillis("oracle", List.of(), List.of(), null)));

        assertThat(draw(run(List.of(nothing)))).isEmpty();
    }

    /** Draws, in a JVM of its own that has no AWT, and prints what the user is told. */
    static final class WithoutAwt {
        public static void main(String... directory) throws IOException {
            List<Path> files = pictures(SampleRun.connect()).drawIfPossible(Path.of(directory[0]), System.out::println);
            System.out.println(files.size() + " files");
        }
    }

    @Test
    void aMachineThatCannotDrawIsToldSoInOneLine() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base,java.logging",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        WithoutAwt.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = child.inputReader()) {
            assertThat(output.lines())
                    .containsExactly(
                            "No pictures: this JVM cannot draw text (NoClassDefFoundError: java/awt/image/BufferedImage)."
                                    + " It takes a JDK with AWT, fontconfig, and a font.",
                            "0 files");
        } finally {
            child.destroyForcibly();
        }
        assertThat(directory).isEmptyDirectory();
    }

    private List<Path> draw(Run run) throws IOException {
        var notes = new ArrayList<String>();
        List<Path> files = pictures(run).drawIfPossible(directory, notes::add);
        assumeTrue(notes.isEmpty(), () -> notes.get(0));
        return files;
    }

    private static Pictures pictures(Run run) {
        return into -> RunPictures.draw(run, into);
    }

    private static Run run(List<ScenarioResult> results) {
        return new Run("connect", Instant.EPOCH, List.of(), results);
    }

    private int topOfCurve(String name) throws IOException {
        BufferedImage image = ImageIO.read(directory.resolve(name).toFile());
        int color = Palette.of("Connie allAtOnce").color().getRGB();
        // The legend's line is to the right, and so is the slow contender.
        return IntStream.range(0, image.getHeight())
                .filter(y -> IntStream.range(0, 1_000).anyMatch(x -> image.getRGB(x, y) == color))
                .findFirst()
                .orElseThrow();
    }

    private static long pixels(BufferedImage image, Color color) {
        return IntStream.range(0, image.getWidth())
                .mapToLong(x -> IntStream.range(0, image.getHeight())
                        .filter(y -> image.getRGB(x, y) == color.getRGB())
                        .count())
                .sum();
    }

    private static Document parse(Path svg) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        // The document type of SVG is on the web.
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(svg.toFile());
    }
}
