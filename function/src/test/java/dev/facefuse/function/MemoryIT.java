package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.MemoryEstimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The packaged jar on a template of 64 megapixels, started as a user starts it: no JVM flags. In a control group of 700 MB where
 * one can be made, else by the kernel's word on resident memory; what it prints beside its report says which.
 */
@Timeout(180)
class MemoryIT {
    private static final long LIMIT_BYTES = 700_000_000;
    private static final int EDGE = 8000;
    private static final double MOST_OVER = 1.3;
    private static final long MOST_OVER_BYTES = 32 << 20;

    @TempDir
    static Path pictures;

    @TempDir
    Path folder;

    @BeforeAll
    static void makePictures() throws IOException {
        byte[] monaLisa = SamplePictures.read("mona-lisa.jpg");
        Files.write(pictures.resolve("user.jpg"), monaLisa);
        try (BytePointer data = new BytePointer(monaLisa);
                Mat file = new Mat(1, monaLisa.length, org.bytedeco.opencv.global.opencv_core.CV_8U, data);
                Mat portrait = opencv_imgcodecs.imdecode(file, opencv_imgcodecs.IMREAD_COLOR);
                Rect head = new Rect(0, 0, 743, 743);
                Mat part = new Mat(portrait, head);
                Mat large = new Mat();
                Size size = new Size(EDGE, EDGE)) {
            opencv_imgproc.resize(part, large, size, 0, 0, opencv_imgproc.INTER_LINEAR);
            write("baseline.jpg", large, 0);
            write("progressive.jpg", large, 1);
        }
    }

    private static void write(String name, Mat pixels, int progressive) {
        try (IntPointer settings = new IntPointer(
                opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
                75,
                opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
                opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444,
                opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                progressive)) {
            opencv_imgcodecs.imwrite(pictures.resolve(name).toString(), pixels, settings);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"baseline.jpg", "progressive.jpg"})
    void fusesALargeTemplateIn700Megabytes(String template) throws Exception {
        try (LimitedGroup group = LimitedGroup.of(LIMIT_BYTES)) {
            Outcome outcome = fuse(group, template, "--resolution", "1024", "--memory-limit", LIMIT_BYTES + "");
            assertThat(outcome.exitCode).as(outcome.printed).isZero();
            print(
                    template + " for 1024, " + (group == null ? "no group can be made" : "in a group of 700 MB"),
                    outcome);
            assertThat(outcome.peak()).isLessThanOrEqualTo(LIMIT_BYTES);
        }
    }

    @Test
    void takesWhatWasSaidForTheOriginalSize() throws Exception {
        String template = "baseline.jpg";
        Outcome outcome = fuse(null, template);
        assertThat(outcome.exitCode).as(outcome.printed).isZero();
        long measured = outcome.peak() - outcome.before();
        long predicted = MemoryEstimate.hostBytes(new FuseRequest(
                Files.readAllBytes(pictures.resolve(template)),
                Files.readAllBytes(pictures.resolve("user.jpg")),
                FuseOptions.DEFAULT));
        print(template + ", predicted " + predicted / 1_000_000 + " MB more", outcome);
        assertThat(measured).isLessThanOrEqualTo(predicted);
        assertThat((double) predicted).isLessThanOrEqualTo(MOST_OVER * measured + MOST_OVER_BYTES);
    }

    @Test
    void refusesWhatDoesNotFitAndLeavesNothing() throws Exception {
        for (String limit : List.of("200MB", "400MB")) {
            Outcome outcome = fuse(null, "progressive.jpg", "--memory-limit", limit);
            assertThat(outcome.exitCode).as(outcome.printed).isEqualTo(4);
            assertThat(outcome.printed.lines())
                    .singleElement()
                    .asString()
                    .matches("facefuse: .* MB are left of " + limit.replace("MB", " MB") + ".*raise the limit\\.");
            assertThat(folder.resolve("out.jpg")).doesNotExist();
            assertThat(folder.resolve("report.json")).doesNotExist();
        }
    }

    private record Outcome(int exitCode, String printed, Path report) {
        long peak() throws IOException {
            return memory("peakBytes");
        }

        long before() throws IOException {
            return memory("beforeBytes");
        }

        private long memory(String figure) throws IOException {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
            return json.get("memory").get(figure).asLong();
        }
    }

    private Outcome fuse(LimitedGroup group, String template, String... more) throws Exception {
        Path report = folder.resolve("report.json");
        List<String> command = JarProcess.plainCommand(
                "fuse",
                "--template",
                pictures.resolve(template).toString(),
                "--user",
                pictures.resolve("user.jpg").toString(),
                "--out",
                folder.resolve("out.jpg").toString(),
                "--report",
                report.toString());
        command.addAll(List.of(more));
        Path printed = folder.resolve("printed");
        Process process = new ProcessBuilder(group == null ? command : group.enclose(command))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(printed), report);
    }

    @SuppressWarnings("SystemOut") // Beside the report.
    private static void print(String what, Outcome outcome) throws IOException {
        System.out.printf(
                "%s: resident at most %d MB, %d MB before%n",
                what, outcome.peak() / 1_000_000, outcome.before() / 1_000_000);
    }
}
