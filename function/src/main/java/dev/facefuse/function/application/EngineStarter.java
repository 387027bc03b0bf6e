package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Opens the engine on a thread of its own while Spring starts: loading libtorch and the pack takes about as long as creating all beans.
 * It starts as soon as the settings are known, before the first bean is created, and is itself a bean. {@link FunctionConfiguration}
 * takes the engine from it when all other beans exist.
 */
public final class EngineStarter implements AutoCloseable {
    private static final String BEAN = "engineStarter";

    private final Function<EngineSettings, FuseEngine> opener;
    private final CompletableFuture<FuseEngine> opening = new CompletableFuture<>();
    private volatile boolean started;
    private volatile boolean taken;

    /** A starter that has not started; {@code opener} is {@link FuseEngine#open}, or what a test has in its place. */
    public EngineStarter(Function<EngineSettings, FuseEngine> opener) {
        this.opener = opener;
    }

    /**
     * Starts to open the engine and registers this starter as a bean. The process's environment is changed on the calling thread, which
     * must be the only one so far; the engine is opened on another. Errors are thrown by {@link #engine}.
     */
    public void start(Environment environment, ConfigurableListableBeanFactory beans) {
        started = true;
        beans.registerSingleton(BEAN, this);
        try {
            EngineSettings settings = Binder.get(environment)
                    .bindOrCreate(FacefuseProperties.PREFIX, FacefuseProperties.class)
                    .engineSettings();
            FuseEngine.prepareProcess(settings);
            open(settings);
        } catch (BindException | FuseException e) {
            opening.completeExceptionally(e); // The bean of the settings reports the former first.
        }
    }

    private void open(EngineSettings settings) {
        Thread thread = new Thread(
                () -> {
                    try {
                        opening.complete(opener.apply(settings));
                    } catch (Throwable e) {
                        opening.completeExceptionally(e);
                    }
                },
                "facefuse-engine-open");
        thread.setDaemon(true);
        thread.start();
    }

    /** The engine; waits until it is open. The caller closes it. Throws what prevented its opening. */
    FuseEngine engine() {
        taken = true;
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Closes the engine once it is open, unless somebody has taken it. */
    @Override
    public void close() {
        if (started && !taken) {
            try {
                opening.join().close();
            } catch (CompletionException e) {
                // No engine was opened; the start has failed for this or another reason that is reported.
            }
        }
    }
}
