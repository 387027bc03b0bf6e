package dev.facefuse.function.http;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.Application;
import java.util.Map;
import java.util.function.Function;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Serves the function over HTTP. It opens the engine, then listens. When it closes, it first refuses new requests, then waits for the
 * running ones, then closes the engine.
 *
 * <pre>{@code
 * try (HttpServer server = HttpServer.start(Map.of("server.port", 0), FuseEngine::open)) {
 *     URI.create("http://localhost:" + server.port() + "/fuse");
 * }
 * }</pre>
 */
public final class HttpServer implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private HttpServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts listening.
     *
     * @param settings properties that take precedence over environment and configuration file, such as {@code server.port}
     * @param opener makes the engine
     * @throws FuseException as {@link Application#start} does
     */
    public static HttpServer start(Map<String, Object> settings, Function<EngineSettings, FuseEngine> opener) {
        return new HttpServer(Application.start(HttpConfiguration.class, settings, opener));
    }

    /** The port that the server listens on. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Waits for running requests, then closes the engine. */
    @Override
    public void close() {
        context.close();
    }
}
