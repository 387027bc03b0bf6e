package dev.facefuse.engine;

import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.picture.PictureLimits;

/**
 * Settings of an engine.
 *
 * @param pack name of an embedded pack ({@code mesh}) or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param limits what a picture may be at most
 * @param admission how many may fuse at a time and how many may wait
 * @param precision what large networks compute in
 * @param memory how much memory may be used, and how
 * @param label what fused pictures say of themselves
 */
public record EngineSettings(
        String pack,
        String device,
        Precision precision,
        PictureLimits limits,
        AdmissionSettings admission,
        MemorySettings memory,
        LabelSettings label) {
    public static final EngineSettings DEFAULT = new EngineSettings(
            "mesh",
            "auto",
            Precision.AUTO,
            PictureLimits.DEFAULT,
            AdmissionSettings.DEFAULT,
            MemorySettings.DEFAULT,
            LabelSettings.DEFAULT);

    /** The same, with another pack on another device. */
    public EngineSettings with(String otherPack, String otherDevice) {
        return new EngineSettings(otherPack, otherDevice, precision, limits, admission, memory, label);
    }

    /** The same, with another precision. */
    public EngineSettings with(Precision other) {
        return new EngineSettings(pack, device, other, limits, admission, memory, label);
    }

    /** The same, with other limits. */
    public EngineSettings with(PictureLimits others) {
        return new EngineSettings(pack, device, precision, others, admission, memory, label);
    }

    /** The same, with another admission. */
    public EngineSettings with(AdmissionSettings other) {
        return new EngineSettings(pack, device, precision, limits, other, memory, label);
    }

    /** The same, with other rules about memory. */
    public EngineSettings with(MemorySettings others) {
        return new EngineSettings(pack, device, precision, limits, admission, others, label);
    }

    /** The same, with other labels. */
    public EngineSettings with(LabelSettings others) {
        return new EngineSettings(pack, device, precision, limits, admission, memory, others);
    }
}
