package dev.facefuse.function.application;

import dev.facefuse.function.Engine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.Storage;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.storage.UriStorage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.ContextClosedEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * The functions {@code fuse} and {@code events}, and what they need. Nothing is scanned for, and of Spring Boot's 106
 * configurations only those are read that a door names.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    PropertyPlaceholderAutoConfiguration.class,
    LifecycleAutoConfiguration.class,
    ContextFunctionCatalogAutoConfiguration.class
})
@EnableConfigurationProperties(FacefuseProperties.class)
public class FunctionConfiguration {
    /** The bean of {@link FacefuseProperties}, by the name that Spring Boot gives it. */
    private static final String SETTINGS = "facefuse-dev.facefuse.function.application.FacefuseProperties";

    private static final Logger log = LoggerFactory.getLogger(FunctionConfiguration.class);

    /** Loads libtorch while the rest starts. */
    @Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
    @DependsOn({SETTINGS, EngineOpener.BEAN})
    Engine engine(FacefuseProperties properties, EngineOpener opener) {
        if (!properties.label().implicit()) {
            log.warn(
                    "Labels are off (facefuse.label.implicit): pictures do not say in their metadata that they are fused.");
        }
        Engine engine = opener.open().apply(properties.engineSettings());
        String advice = engine.heapAdvice();
        if (!advice.isEmpty()) {
            log.warn("{}", advice);
        }
        return engine;
    }

    @Bean
    Executor bootstrapExecutor() {
        return task -> {
            Thread thread = new Thread(task, "facefuse-engine-open");
            thread.setDaemon(true);
            thread.start();
        };
    }

    @Bean
    UriStorage storage(FacefuseProperties properties) {
        return UriStorage.open(properties.storage().settings());
    }

    @Bean
    FuseFunction fuse(@Lazy Engine engine, Storage storage, FuseJson json, FusionTracing tracing) {
        return new FuseFunction(engine, storage, json, tracing);
    }

    @Bean
    FusionTracing tracing(FacefuseProperties properties) {
        return properties.tracing() ? OpenTelemetryTracing.open() : FusionTracing.NONE;
    }

    /** Beside {@code fuse} in the catalog, for doors that are made of it. */
    @Bean
    UploadFunction events(
            FuseFunction fuse, Storage storage, FuseJson json, FacefuseProperties properties, FuseMeters meters) {
        return new UploadFunction(
                meters.counting(fuse), storage, json, properties.events().settings());
    }

    /** An event may have many uploads; a stop waits for the one that is fused and not for the others. */
    @Bean
    ApplicationListener<ContextClosedEvent> stopEvents(UploadFunction events, ApplicationContext context) {
        return closed -> {
            if (closed.getApplicationContext() == context) {
                events.stop();
            }
        };
    }

    @Bean
    FuseJson fuseJson(FacefuseProperties properties) {
        return new FuseJson(properties.limits().bytes().toBytes());
    }

    /** In place of Spring Boot's own, so that every door reads the same JSON. */
    @Bean
    JsonMapper fuseJsonMapper(FuseJson json) {
        return json.mapper();
    }

    @Bean
    FuseMeters fuseMeters(@Lazy Engine engine) {
        return new FuseMeters(engine);
    }

    @Bean
    AccessTokens accessTokens(FacefuseProperties properties) {
        return AccessTokens.of(properties.access());
    }
}
