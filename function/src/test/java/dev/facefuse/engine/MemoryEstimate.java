package dev.facefuse.engine;

import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.picture.OpenCv;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;

/** The engine's own estimate of a fusion's memory; in its package because the pipeline is package-private. */
public final class MemoryEstimate {
    private MemoryEstimate() {}

    /** The host memory that a fusion with the embedded pack takes at most, beyond what is resident. */
    public static long hostBytes(FuseRequest request) {
        OpenCv.prepare();
        Packs packs = Packs.find("mesh");
        DeviceMemory memory = DeviceMemory.of(Device.CPU);
        Place place = new Place(Device.CPU, Dtypes.all(Dtype.FLOAT32), memory, 1);
        try (Networks networks = Networks.load(packs.uses(), place, MemorySettings.DEFAULT)) {
            Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);
            Steps steps =
                    new Steps(PictureLimits.DEFAULT, FaceNetworks.of(networks), packs.fusion(networks), labelling);
            return new FusionPipeline(steps::of, PictureLimits.DEFAULT, networks, memory, "mesh")
                    .prepare(request)
                    .hostBytes();
        }
    }
}
