package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Opens the engine beside the start as soon as the settings are known, long before the first bean is made: libtorch and the
 * pack take about as long as all beans. Whoever asks the {@link EngineOpener} that this registers gets that engine, or why there
 * is none.
 */
final class EarlyEngine implements ApplicationContextInitializer<ConfigurableApplicationContext>, AutoCloseable {
    private final Function<EngineSettings, Engine> opener;
    private @Nullable CompletableFuture<Engine> opening;
    private volatile boolean taken;

    EarlyEngine(Function<EngineSettings, Engine> opener) {
        this.opener = opener;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Function<EngineSettings, Engine> later = opener;
        try {
            EngineSettings settings = Binder.get(context.getEnvironment())
                    .bindOrCreate(FacefuseProperties.PREFIX, FacefuseProperties.class)
                    .engineSettings();
            CompletableFuture<Engine> started = open(settings);
            opening = started;
            later = same -> take(started);
        } catch (BindException e) {
            // The bean of the settings will fail of it too, and say so.
        }
        context.getBeanFactory().registerSingleton(EngineOpener.BEAN, new EngineOpener(later));
    }

    private CompletableFuture<Engine> open(EngineSettings settings) {
        CompletableFuture<Engine> started = new CompletableFuture<>();
        try {
            // Here, before there is a second thread: it changes the process's environment.
            Engine.prepareProcess(settings);
        } catch (FuseException e) {
            started.completeExceptionally(e);
            return started;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        started.complete(opener.apply(settings));
                    } catch (Throwable e) {
                        started.completeExceptionally(e);
                    }
                },
                "facefuse-engine-open");
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    private Engine take(CompletableFuture<Engine> started) {
        taken = true;
        try {
            return started.join();
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

    /** Closes an engine that nobody asked for, once it is open. */
    @Override
    public void close() {
        if (opening != null && !taken) {
            try {
                opening.join().close();
            } catch (CompletionException e) {
                // There is none; why the start failed is known already.
            }
        }
    }
}
