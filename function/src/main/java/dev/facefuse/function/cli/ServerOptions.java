package dev.facefuse.function.cli;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} and {@code work}. Options that are not given leave the setting to the environment. */
final class ServerOptions {
    @Option(names = "--port", paramLabel = "P", description = "Port to listen on, 0 for any (default: $PORT or 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--host",
            paramLabel = "H",
            description = "Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is in"
                    + " (default: $FACEFUSE_HOST, or 127.0.0.1 without access tokens and 0.0.0.0 with them).")
    private @Nullable String host;

    @Option(names = "--pack", paramLabel = "P", description = "Model pack (default: $FACEFUSE_PACK or mesh).")
    private @Nullable String pack;

    @Option(
            names = "--device",
            paramLabel = "D",
            description = "auto, cpu or cuda:0 (default: $FACEFUSE_DEVICE or auto).")
    private @Nullable String device;

    @Option(
            names = "--plan",
            paramLabel = "P",
            description = "Fastest plan on a GPU: auto, resident, staged, streamed or host"
                    + " (default: $FACEFUSE_MEMORY_PLAN or auto).")
    private @Nullable String plan;

    @Option(
            names = "--memory-limit",
            paramLabel = "BYTES",
            description = EngineOptions.MEMORY_LIMIT + " (default: $FACEFUSE_MEMORY_HOSTLIMIT or what there is).")
    private @Nullable String memoryLimit;

    /** The given options as settings. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (port != null) {
            if (port < 0 || port > 65_535) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST, "--port is " + port + "; it must be between 0 and 65535.");
            }
            settings.put("server.port", port);
        }
        if (host != null) {
            if (host.isBlank()) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST, "--host is empty; name an address such as 127.0.0.1 or 0.0.0.0.");
            }
            settings.put("facefuse.host", host);
        }
        if (pack != null) {
            settings.put("facefuse.pack", pack);
        }
        if (device != null) {
            settings.put("facefuse.device", device);
        }
        if (plan != null) {
            settings.put("facefuse.memory.plan", plan);
        }
        if (memoryLimit != null) {
            settings.put("facefuse.memory.host-limit", ByteCount.parse("--memory-limit", memoryLimit) + "B");
        }
        return settings;
    }
}
