package dev.facefuse.engine;

import dev.facefuse.engine.memory.AdmissionSettings;
import dev.facefuse.engine.picture.PictureLimits;

/**
 * What an engine is opened with.
 *
 * @param pack name of an embedded pack ({@code mesh}) or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param limits what a picture may be at most
 * @param admission how many may fuse at a time and how many may wait
 */
public record EngineSettings(String pack, String device, PictureLimits limits, AdmissionSettings admission) {
    public static final EngineSettings DEFAULT =
            new EngineSettings("mesh", "auto", PictureLimits.DEFAULT, AdmissionSettings.DEFAULT);
}
