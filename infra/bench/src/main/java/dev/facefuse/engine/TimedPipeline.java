package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.fusion.FaceModel;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.memory.Governor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.picture.OpenCv;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.nativelib.AllocatorSettings;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.ScriptModel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The engine's own pipeline with a pack for the UNet fusion on the host, its networks' time known apart. It is in the engine's
 * package because that is where the pipeline is. For one thread.
 */
public final class TimedPipeline implements AutoCloseable {
    private final DeviceMemory memory;
    private final Dtype dtype;
    private final Networks networks;
    private final TimedNetworks timed;
    private final Pipeline pipeline;

    private TimedPipeline(Packs packs, Dtype dtype) {
        this.memory = DeviceMemory.of(Device.CPU);
        this.dtype = dtype;
        this.networks = Networks.load(
                packs.uses(), new Place(Device.CPU, Dtypes.all(dtype), memory, 1), MemorySettings.DEFAULT);
        FaceTopology topology = packs.topology();
        this.timed = new TimedNetworks(new UnetRoles(networks, packs.chosen()));
        this.pipeline = new Pipeline(
                PictureLimits.DEFAULT,
                FaceNetworks.of(networks, topology),
                new UnetFusion(
                        timed,
                        FaceModel.read(packs.chosen().asset("face-model")),
                        packs.chosen().asset("mask"),
                        topology),
                new Labelling(
                        new Labelling.Maker(
                                Version.current(),
                                packs.chosen().name(),
                                packs.chosen().version()),
                        LabelSettings.DEFAULT));
    }

    /**
     * Loads a pack.
     *
     * @param pack as {@link EngineSettings#pack()}
     * @param dtype of large networks, whether the processor computes in it or not
     */
    public static TimedPipeline open(String pack, Dtype dtype) {
        Libtorch.prepareEnvironment(AllocatorSettings.DEFAULT);
        OpenCv.prepare();
        Libtorch.load();
        return new TimedPipeline(Packs.find(pack), dtype);
    }

    /**
     * A fusion.
     *
     * @param picture as the request wants it encoded
     * @param stages milliseconds by stage, in their order
     * @param networks milliseconds by role, copies to libtorch and back among them
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Timing(byte[] picture, Map<String, Double> stages, Map<String, Double> networks) {}

    /** Fuses. */
    @SuppressWarnings("try") // A stay works by being open.
    public Timing fuse(FuseRequest request) {
        Pipeline.Sources sources = pipeline.look(request, networks::runningBytes);
        timed.take();
        try (Governor<ScriptModel>.Stay stay = networks.governor().begin()) {
            StageRecorder recorder =
                    new StageRecorder(sources.stages().names(), ProgressListener.NONE, memory, stay::stageDone);
            Pipeline.Outcome outcome = pipeline.run(sources, recorder);
            Map<String, Double> stages = new LinkedHashMap<>();
            recorder.stages().forEach(stage -> stages.put(stage.name(), stage.millis()));
            return new Timing(outcome.picture(), stages, timed.take());
        }
    }

    /** Milliseconds that the copies of the last fusion take: its networks' inputs to libtorch, their outputs back. */
    public double copyMillis() {
        return timed.copyMillis(dtype);
    }

    @Override
    public void close() {
        networks.close();
    }
}
