package dev.facefuse.bench;

import dev.facefuse.bench.Contender.Launch;
import dev.facefuse.nativelib.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All contenders, with the commands that start them. */
final class Contenders {
    /** The contender that tables compare the others with. */
    static final String OURS = "facefuse";

    private static final String RECENT = "original-2.10";
    private static final String DEBIAN = "original-1.13";
    private static final String DJL = "djl";
    private static final String ONNX_RUNTIME = "onnxruntime";

    /** In the order of tables. */
    static final List<String> NAMES = List.of(OURS, RECENT, DEBIAN, DJL, ONNX_RUNTIME);

    private static final Set<Dtype> FLOAT32 = Set.of(Dtype.FLOAT32);
    private static final Set<Dtype> BOTH = Set.of(Dtype.FLOAT32, Dtype.BFLOAT16);

    private final BenchOptions options;
    private final int threads;
    private final List<String> stages;

    Contenders(BenchOptions options, int threads, List<String> stages) {
        this.options = options;
        this.threads = threads;
        this.stages = stages;
    }

    /**
     * The contenders of these names, in the order of tables.
     *
     * @throws IllegalArgumentException if there is no such contender
     */
    List<Contender> of(List<String> names) {
        for (String name : names) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("There is no contestant " + name + "; there are " + NAMES);
            }
        }
        return NAMES.stream().filter(names::contains).map(this::contender).toList();
    }

    private Contender contender(String name) {
        return switch (name) {
            case OURS ->
                new Contender(name, "facefuse", false, BOTH, List.of(), java("FacefusePeer", options.pack(), Map.of()));
            case RECENT -> original(name, "the original on PyPI's PyTorch", options.recentPython());
            case DEBIAN -> original(name, "the original on Debian's PyTorch", options.debianPython());
            case DJL ->
                new Contender(
                        name,
                        "facefuse's networks in DJL",
                        false,
                        FLOAT32,
                        List.of(options.fullPack().resolve("pack.json")),
                        java("peers.DjlPeer", options.fullPack().toString(), djlSettings()));
            case ONNX_RUNTIME ->
                new Contender(
                        name,
                        "the original's networks in ONNX Runtime",
                        false,
                        FLOAT32,
                        List.of(options.onnx().resolve("done")),
                        java("peers.OnnxRuntimePeer", options.onnx().toString(), Map.of()));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private Contender original(String name, String title, Path python) {
        List<String> command = List.of(
                python.toString(),
                options.originalScript().toString(),
                "run",
                "--modelscope",
                options.modelscope().toString());
        return new Contender(name, title, true, BOTH, List.of(python, options.modelscope()), launch(command, Map.of()));
    }

    private Map<String, String> djlSettings() {
        return Map.of("DJL_CACHE_DIR", options.file("djl").toString(), "OPT_OUT_TRACKING", "true");
    }

    private Launch java(String main, String models, Map<String, String> environment) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+DisplayVMOutputToStderr", // Its standard output is for answers.
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-cp",
                System.getProperty("java.class.path"),
                Contenders.class.getPackageName() + "." + main,
                "--models",
                models);
        return launch(command, environment);
    }

    private Launch launch(List<String> start, Map<String, String> added) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of("--inputs", options.inputs().toString(), "--stages", String.join(",", stages)));
        command.addAll(List.of("--threads", Integer.toString(threads)));
        Map<String, String> environment = new HashMap<>(added);
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        return new Launch(command, environment);
    }
}
