package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.function.Engine;
import java.util.function.Function;

/**
 * Makes the engine; as a bean, in place of {@link Engine#open}.
 *
 * @param open settings to engine; whoever calls it closes it
 */
public record EngineOpener(Function<EngineSettings, Engine> open) {}
