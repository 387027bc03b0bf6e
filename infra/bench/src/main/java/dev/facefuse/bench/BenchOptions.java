package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all commands: the folders that {@code run.sh} has prepared, and the folders for results. */
final class BenchOptions {
    @Option(names = "--work", required = true, paramLabel = "DIR", description = "What run.sh has prepared.")
    private Path work = Path.of("");

    @Option(names = "--bench", required = true, paramLabel = "DIR", description = "The folder infra/bench.")
    private Path bench = Path.of("");

    @Option(names = "--torch-2.10", paramLabel = "PYTHON", description = "A Python that has PyTorch 2.10 from PyPI.")
    private @Nullable Path recentPython;

    @Option(names = "--torch-1.13", paramLabel = "PYTHON", description = "A Python that has Debian's PyTorch 1.13.")
    private @Nullable Path debianPython;

    @Option(names = "--modelscope", paramLabel = "DIR", description = "The unpacked wheel.")
    private @Nullable Path modelscope;

    @Option(
            names = "--pack",
            paramLabel = "P",
            description =
                    "What facefuse runs: an embedded pack or a directory (default: the exported networks; without them"
                            + " damo-unet-skeleton).")
    private @Nullable String pack;

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    /** A measurement that begins now. */
    Origin origin() throws IOException {
        return Origin.now(commit);
    }

    /** Writes a report to the committed results, and prints it. */
    void publish(String name, Report report) throws IOException {
        ReportFiles.write(results(), name, report);
        System.out.println(report.markdown());
    }

    /** The packaged program. */
    Path jar() {
        return bench.resolve("../../function/target/facefuse.jar").normalize();
    }

    Path recentPython() {
        return recentPython == null ? work.resolve("torch-2.10.0/bin/python") : recentPython;
    }

    Path debianPython() {
        return debianPython == null ? Path.of("/usr/bin/python3") : debianPython;
    }

    Path modelscope() {
        return modelscope == null ? work.resolve("modelscope") : modelscope;
    }

    /** The exported networks if they exist, otherwise the embedded ones. */
    String pack() {
        if (pack != null) {
            return pack;
        }
        return Files.exists(fullPack().resolve("pack.json")) ? fullPack().toString() : "damo-unet-skeleton";
    }

    Path inputs() {
        return work.resolve("inputs");
    }

    /** This project's networks with all weights in their files. */
    Path fullPack() {
        return work.resolve("pack");
    }

    /** The original's networks. */
    Path onnx() {
        return work.resolve("onnx");
    }

    /** The folder in which a failed setup has written its reason, in a file named after the contender that needs it. */
    Path notes() {
        return work.resolve("missing");
    }

    Path logs() {
        return work.resolve("logs");
    }

    Path file(String name) {
        return work.resolve(name);
    }

    Path originalScript() {
        return bench.resolve("peers/original.py");
    }

    /** The whole fusion of the original. */
    Path originalFusionScript() {
        return bench.resolve("peers/original_fusion.py");
    }

    /** Committed: reports that are for reading by themselves. */
    Path reports() {
        return bench.resolve("reports");
    }

    /** Committed: what was measured, for people and programs. */
    Path results() {
        return bench.resolve("results");
    }
}
