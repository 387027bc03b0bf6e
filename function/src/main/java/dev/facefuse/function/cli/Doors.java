package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.function.Engine;
import java.util.function.Function;

/**
 * What commands are given.
 *
 * @param opener makes an engine; whoever calls it closes it
 * @param terminal where to speak
 */
record Doors(Function<EngineSettings, Engine> opener, Terminal terminal) {}
