package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import java.util.function.Function;

/**
 * Shared by all commands.
 *
 * @param opener opens an engine, which the command closes
 * @param terminal for output
 */
record CliContext(Function<EngineSettings, FuseEngine> opener, Terminal terminal) {}
