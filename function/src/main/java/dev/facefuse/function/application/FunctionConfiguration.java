package dev.facefuse.function.application;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.Storage;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.storage.UriStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
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
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.ContextClosedEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * The functions {@code fuse} and {@code events}, and the beans they need. Nothing is found by scanning, and only those of Spring Boot's
 * 106 configurations are read that an entry point imports.
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
    private static final Logger log = LoggerFactory.getLogger(FunctionConfiguration.class);

    /** The engine that the starter opens. It is lazy, and injected lazily, so that no other bean waits for it. */
    @Bean
    @Lazy
    FuseEngine engine(FacefuseProperties properties, EngineStarter starter) {
        if (!properties.label().implicit()) {
            log.warn(
                    "Labels are off (facefuse.label.implicit): pictures do not say in their metadata that they are fused.");
        }
        FuseEngine engine = starter.engine();
        String advice = engine.heapAdvice();
        if (!advice.isEmpty()) {
            log.warn("{}", advice);
        }
        return engine;
    }

    /** Waits for the engine when all other beans are created and before the server listens. */
    @Bean
    SmartInitializingSingleton engineIsOpen(ObjectProvider<FuseEngine> engine) {
        return engine::getObject;
    }

    @Bean
    UriStorage storage(FacefuseProperties properties) {
        return UriStorage.open(properties.storage().settings());
    }

    @Bean
    FuseFunction fuse(@Lazy FuseEngine engine, Storage storage, FuseJson json, FusionTracing tracing) {
        return new FuseFunction(engine, storage, json, tracing);
    }

    @Bean
    FusionTracing tracing(FacefuseProperties properties) {
        return properties.tracing() ? OpenTelemetryTracing.open() : FusionTracing.NONE;
    }

    /** Registered in the function catalog beside {@code fuse}. */
    @Bean
    UploadFunction events(
            FuseFunction fuse, Storage storage, FuseJson json, FacefuseProperties properties, FuseMeters meters) {
        return new UploadFunction(
                meters.counting(fuse::apply), storage, json, properties.events().settings());
    }

    /** An event may have many uploads; a stop waits for the upload that is being fused and not for the others. */
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

    /** Replaces Spring Boot's mapper, so that every entry point reads the same JSON. */
    @Bean
    JsonMapper fuseJsonMapper(FuseJson json) {
        return json.mapper();
    }

    @Bean
    FuseMeters fuseMeters(@Lazy FuseEngine engine) {
        return new FuseMeters(engine);
    }

    @Bean
    AccessTokens accessTokens(FacefuseProperties properties) {
        return AccessTokens.of(properties.access());
    }
}
