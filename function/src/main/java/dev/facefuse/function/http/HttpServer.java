package dev.facefuse.function.http;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.Application;
import java.util.Map;
import java.util.function.Function;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The function behind HTTP: opens the engine, listens, and closes in the other order: no new requests, the running ones to
 * their end, then the engine.
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
     * @param settings properties that win over environment and configuration file, such as {@code server.port}
     * @param opener makes the engine
     * @throws FuseException as {@link Application#start} does
     */
    public static HttpServer start(Map<String, Object> settings, Function<EngineSettings, FuseEngine> opener) {
        return new HttpServer(Application.start(HttpConfiguration.class, settings, opener));
    }

    /** The port that is listened on. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Lets running requests end, then closes the engine. */
    @Override
    public void close() {
        context.close();
    }
}
