package dev.facefuse.bench;

import dev.facefuse.bench.WriteUpReport.Card;
import dev.facefuse.bench.WriteUpReport.Round;
import dev.facefuse.bench.WriteUpReport.Run;
import dev.facefuse.bench.WriteUpReport.Workload;
import dev.facefuse.engine.SampleFaces;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FivePoints;
import dev.facefuse.engine.face.Point;
import dev.facefuse.engine.picture.CoverCrop;
import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench writeup}: memory and time of fusions in a row, the original's way and ours. */
@Command(
        name = "writeup",
        description = "Fusions in a row, before and after: the original's way, and facefuse bench.",
        sortOptions = false)
final class WriteUpCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAME = "writeup";
    private static final int MOST_SAMPLES = 800;
    private static final String AUTO = "auto";

    /** Without a limit, a JVM on a machine with much memory uses much, whether it needs it or not. */
    private static final String HEAP = "-Xmx512m";

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "10", description = "In a row (default: 10).")
    private int rounds;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "1", description = "Before them (default: 1).")
    private int warmUp;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "(default: 2)")
    private int threads;

    /** As {@code original_fusion.py} reads it. */
    private record Task(
            String name, String template, String user, List<List<Double>> templateFace, List<List<Double>> userFace) {}

    /**
     * One series of fusions and its label.
     *
     * @param asItComes whether it is ours with the published networks and nothing said of precision
     */
    private record Entry(String key, String title, List<String> command, boolean asItComes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Origin origin = options.origin();
        Path tasks = Files.writeString(options.file("writeup-tasks.json"), JSON.writeValueAsString(tasks()));
        MachineLoad.Ticks before = MachineLoad.Ticks.now();
        long ticks = 0;
        List<Run> runs = new ArrayList<>();
        List<Card> cards = new ArrayList<>();
        Machine machine = origin.machine();
        for (Entry entry : entries(tasks, machine)) {
            System.err.println(entry.title());
            WatchedProcess process = WatchedProcess.run(
                    entry.command(),
                    Map.of("OMP_NUM_THREADS", Integer.toString(threads)),
                    options.logs(),
                    "writeup-" + entry.key());
            ticks += process.cpuTicks();
            JsonNode said = JSON.readTree(process.output());
            runs.add(new Run(
                    entry.key(),
                    entry.title(),
                    engine(said.required("engine")),
                    workloads(said.required("workloads")),
                    WatchedProcess.thinned(process.memory(), MOST_SAMPLES)));
            if (entry.asItComes()) {
                said.path("cards").forEach(card -> cards.add(JSON.treeToValue(card, Card.class)));
            }
        }
        MachineLoad machineLoad = before.until(MachineLoad.Ticks.now(), ticks);
        WriteUpReport report = new WriteUpReport(origin, machineLoad, threads, rounds, warmUp, runs, cards);
        ReportFiles.write(options.reports(), NAME, report);
        WriteUpPlot.write(report, options.reports(), NAME);
        System.out.println(report.markdown());
        return 0;
    }

    private List<Entry> entries(Path tasks, Machine machine) {
        List<String> original = List.of(
                options.recentPython().toString(),
                options.originalFusionScript().toString(),
                "--modelscope",
                options.modelscope().toString(),
                "--tasks",
                tasks.toString(),
                "--threads",
                Integer.toString(threads));
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry("before", "before: the original", with(original), false));
        boolean bfloat16 = machine.hasBfloat16();
        String float32 = bfloat16 ? Dtype.FLOAT32.jsonName() : AUTO;
        entries.add(new Entry("after", "after: the same networks", ours(options.pack(), float32), !bfloat16));
        if (bfloat16) {
            entries.add(
                    new Entry("bfloat16", "after: the same networks in bfloat16", ours(options.pack(), AUTO), true));
        }
        entries.add(new Entry("mesh", "after: the embedded pack", ours("mesh", AUTO), false));
        return entries;
    }

    private List<String> ours(String pack, String precision) {
        return with(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-jar",
                options.jar().toString(),
                "bench",
                "--json",
                "--device",
                "cpu",
                "--pack",
                pack,
                "--precision",
                precision));
    }

    private List<String> with(List<String> command) {
        return Stream.concat(
                        command.stream(),
                        Stream.of("--rounds", Integer.toString(rounds), "--warm-up", Integer.toString(warmUp)))
                .toList();
    }

    /** The two of {@code facefuse bench}. */
    private List<Task> tasks() throws IOException {
        byte[] monaLisa = SamplePictures.monaLisa();
        byte[] selfie = CoverCrop.jpeg(SamplePictures.user(), 720, 1280);
        byte[] portrait = CoverCrop.jpeg(monaLisa, 2000, 3000);
        return List.of(task("selfie", selfie, monaLisa), task("portrait", portrait, selfie));
    }

    private Task task(String name, byte[] template, byte[] user) throws IOException {
        Path templateFile = Files.write(options.file("writeup-" + name + "-template.jpg"), template);
        Path userFile = Files.write(options.file("writeup-" + name + "-user.jpg"), user);
        try (Mat templateMat = SamplePictures.decoded(template);
                Mat userMat = SamplePictures.decoded(user)) {
            SampleFaces found = SampleFaces.find(templateMat, userMat);
            return new Task(
                    name,
                    templateFile.toString(),
                    userFile.toString(),
                    points(found.faces().templateFace()),
                    points(found.faces().userFace()));
        }
    }

    private static List<List<Double>> points(Face face) {
        FivePoints five = face.fivePoints();
        return Stream.of(
                        five.leftEye(),
                        five.rightEye(),
                        five.noseTip(),
                        five.leftMouthCorner(),
                        five.rightMouthCorner())
                .map((Point point) -> List.of(point.x(), point.y()))
                .toList();
    }

    private static String engine(JsonNode engine) {
        return engine.isString()
                ? engine.asString()
                : "facefuse " + engine.required("facefuse").asString() + ", "
                        + engine.required("pack").asString() + ", libtorch "
                        + engine.required("libtorch").asString();
    }

    private static List<Workload> workloads(JsonNode workloads) {
        List<Workload> all = new ArrayList<>();
        for (JsonNode workload : workloads) {
            List<Round> rounds = new ArrayList<>();
            workload.required("rounds").forEach(round -> rounds.add(JSON.treeToValue(round, Round.class)));
            all.add(new Workload(workload.required("name").asString(), rounds));
        }
        return all;
    }
}
