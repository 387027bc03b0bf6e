package dev.facefuse.function.queue;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import dev.facefuse.function.application.Application;
import dev.facefuse.function.broker.QueueNames;
import java.util.Map;
import java.util.function.Function;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A worker at the queue, one of any number. A broker that is not there is waited for; until it is, the worker is not ready. Closes
 * in this order: no new events, the running ones to their end, then the engine.
 */
public final class QueueWorker implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private QueueWorker(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts working, and listening for who asks how it goes.
     *
     * @param settings properties that win over environment and configuration file, such as {@code spring.rabbitmq.addresses}
     * @param opener makes the engine
     * @throws FuseException as {@link Application#start} does
     */
    public static QueueWorker start(Map<String, Object> settings, Function<EngineSettings, Engine> opener) {
        return new QueueWorker(Application.start(QueueConfiguration.class, settings, opener));
    }

    /** The queue's name. */
    public String queue() {
        return context.getBean(QueueNames.class).queue();
    }

    /** The port that is listened on. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Lets running events end, then closes the engine. */
    @Override
    public void close() {
        context.close();
    }
}
