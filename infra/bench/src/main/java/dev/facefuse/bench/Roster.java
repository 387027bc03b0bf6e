package dev.facefuse.bench;

import dev.facefuse.bench.Entrant.Launch;
import dev.facefuse.nativelib.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everybody who may take part in a contest, and how each is started. */
final class Roster {
    /** By name: what others are compared with in tables. */
    static final String OURS = "facefuse";

    private static final String RECENT = "original-2.10";
    private static final String DEBIAN = "original-1.13";
    private static final String DJL = "djl";
    private static final String ONNX_RUNTIME = "onnxruntime";

    /** In the order of tables. */
    static final List<String> NAMES = List.of(OURS, RECENT, DEBIAN, DJL, ONNX_RUNTIME);

    private static final Set<Dtype> FLOAT32 = Set.of(Dtype.FLOAT32);
    private static final Set<Dtype> BOTH = Set.of(Dtype.FLOAT32, Dtype.BFLOAT16);

    private final Workplace place;
    private final int threads;
    private final List<String> stages;

    Roster(Workplace place, int threads, List<String> stages) {
        this.place = place;
        this.threads = threads;
        this.stages = stages;
    }

    /**
     * Entrants of these names, in the order of tables.
     *
     * @throws IllegalArgumentException if there is no such entrant
     */
    List<Entrant> of(List<String> names) {
        for (String name : names) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("There is no contestant " + name + "; there are " + NAMES);
            }
        }
        return NAMES.stream().filter(names::contains).map(this::entrant).toList();
    }

    private Entrant entrant(String name) {
        return switch (name) {
            case OURS ->
                new Entrant(name, "facefuse", false, BOTH, List.of(), java("FacefusePeer", place.pack(), Map.of()));
            case RECENT -> original(name, "the original on PyPI's PyTorch", place.recentPython());
            case DEBIAN -> original(name, "the original on Debian's PyTorch", place.debianPython());
            case DJL ->
                new Entrant(
                        name,
                        "facefuse's networks in DJL",
                        false,
                        FLOAT32,
                        List.of(place.fullPack().resolve("pack.json")),
                        java("peers.DjlPeer", place.fullPack().toString(), djlSettings()));
            case ONNX_RUNTIME ->
                new Entrant(
                        name,
                        "the original's networks in ONNX Runtime",
                        false,
                        FLOAT32,
                        List.of(place.onnx().resolve("done")),
                        java("peers.OnnxRuntimePeer", place.onnx().toString(), Map.of()));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private Entrant original(String name, String title, Path python) {
        List<String> command = List.of(
                python.toString(),
                place.originalScript().toString(),
                "run",
                "--modelscope",
                place.modelscope().toString());
        return new Entrant(name, title, true, BOTH, List.of(python, place.modelscope()), launch(command, Map.of()));
    }

    private Map<String, String> djlSettings() {
        return Map.of("DJL_CACHE_DIR", place.file("djl").toString(), "OPT_OUT_TRACKING", "true");
    }

    private Launch java(String main, String models, Map<String, String> environment) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+DisplayVMOutputToStderr", // Its standard output is for answers.
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-cp",
                System.getProperty("java.class.path"),
                Roster.class.getPackageName() + "." + main,
                "--models",
                models);
        return launch(command, environment);
    }

    private Launch launch(List<String> start, Map<String, String> added) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of("--inputs", place.inputs().toString(), "--stages", String.join(",", stages)));
        command.addAll(List.of("--threads", Integer.toString(threads)));
        Map<String, String> environment = new HashMap<>(added);
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        return new Launch(command, environment);
    }
}
