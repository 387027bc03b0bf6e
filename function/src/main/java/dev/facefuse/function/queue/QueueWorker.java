package dev.facefuse.function.queue;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.Application;
import dev.facefuse.function.broker.QueueNames;
import java.util.Map;
import java.util.function.Function;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A worker that consumes the queue; any number may run. It waits for the broker and is not ready until it is connected. Closing it stops
 * new events, waits for running ones, then closes the engine.
 */
public final class QueueWorker implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private QueueWorker(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts the worker and its HTTP server for health and metrics.
     *
     * @param settings properties that take precedence over environment and configuration file, such as {@code spring.rabbitmq.addresses}
     * @param opener opens the engine
     * @throws FuseException as {@link Application#start} does
     */
    public static QueueWorker start(Map<String, Object> settings, Function<EngineSettings, FuseEngine> opener) {
        return new QueueWorker(Application.start(QueueConfiguration.class, settings, opener));
    }

    /** The name of the queue. */
    public String queue() {
        return context.getBean(QueueNames.class).queue();
    }

    /** The port of the HTTP server. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Waits for running events, then closes the engine. */
    @Override
    public void close() {
        context.close();
    }
}
