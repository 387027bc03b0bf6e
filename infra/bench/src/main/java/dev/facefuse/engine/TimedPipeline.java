package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.fusion.FaceModel;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The engine's own pipeline with a UNet pack on the host; measures the networks' time separately. It is in the engine's package
 * because the pipeline is package-private. For one thread.
 */
public final class TimedPipeline implements AutoCloseable {
    private final Dtype dtype;
    private final Networks networks;
    private final TimedNetworks timed;
    private final FusionPipeline pipeline;

    private TimedPipeline(Packs packs, Dtype dtype) {
        DeviceMemory memory = DeviceMemory.of(Device.CPU);
        this.dtype = dtype;
        this.networks = Networks.load(
                packs.uses(), new Place(Device.CPU, Dtypes.all(dtype), memory, 1), MemorySettings.DEFAULT);
        this.timed = new TimedNetworks(new UnetRoles(networks, packs.chosen()));
        UnetFusion fusion = new UnetFusion(
                timed,
                FaceModel.read(packs.chosen().asset("face-model")),
                packs.chosen().asset("mask"),
                FaceTopology.read(packs.faces().asset("topology")));
        Labelling.Maker maker = new Labelling.Maker(
                Version.current(), packs.chosen().name(), packs.chosen().version());
        Steps steps = new Steps(
                PictureLimits.DEFAULT, FaceNetworks.of(networks), fusion, new Labelling(maker, LabelSettings.DEFAULT));
        this.pipeline = new FusionPipeline(
                steps::of,
                PictureLimits.DEFAULT,
                networks,
                memory,
                packs.chosen().label());
    }

    /**
     * Loads a pack.
     *
     * @param pack as {@link EngineSettings#pack()}
     * @param dtype type of large networks, even if the processor does not compute in it
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
     * @param picture encoded as the request asks for
     * @param stages milliseconds by step, in their order
     * @param networks milliseconds by role, with copies to libtorch and back
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Timing(byte[] picture, Map<String, Double> stages, Map<String, Double> networks) {}

    /** Fuses. */
    public Timing fuse(FuseRequest request) {
        timed.take();
        FuseResult result = pipeline.prepare(request).run(ProgressListener.NONE);
        Map<String, Double> stages = new LinkedHashMap<>();
        result.report().stages().forEach(stage -> stages.put(stage.name(), stage.millis()));
        return new Timing(result.picture(), stages, timed.take());
    }

    /** Milliseconds for the copies of the last fusion: its networks' inputs to libtorch and their outputs back. */
    public double copyMillis() {
        return timed.copyMillis(dtype);
    }

    @Override
    public void close() {
        networks.close();
    }
}
