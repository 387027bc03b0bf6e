package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.function.Engine;
import java.util.function.Function;

/**
 * Makes the engine; every context has one, as the bean {@link #BEAN}.
 *
 * @param open settings to engine; whoever calls it closes it
 */
public record EngineOpener(Function<EngineSettings, Engine> open) {
    /** By this name the engine finds it; it is there before the engine is opened beside the start. */
    public static final String BEAN = "engineOpener";
}
