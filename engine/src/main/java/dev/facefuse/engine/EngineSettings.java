package dev.facefuse.engine;

import dev.facefuse.engine.picture.PictureLimits;

/**
 * What an engine is opened with.
 *
 * @param pack name of an embedded pack ({@code mesh}) or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param limits what a picture may be at most
 * @param permits fusions at a time; further ones are refused as busy
 */
public record EngineSettings(String pack, String device, PictureLimits limits, int permits) {
    public static final EngineSettings DEFAULT = new EngineSettings("mesh", "auto", PictureLimits.DEFAULT, 1);
}
