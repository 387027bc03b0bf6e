package dev.facefuse.function.lambda;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.function.application.EngineStarter;
import dev.facefuse.function.application.SettingNames;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What Lambda starts, with the real engine. {@code MAIN_CLASS} names this class to the adapter's {@code FunctionInvoker}, {@code
 * SPRING_CLOUD_FUNCTION_DEFINITION} one of the functions.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(LambdaFunctions.class)
public class LambdaConfiguration {
    static {
        // This class is initialized before Spring starts: no other thread reads the process's environment yet.
        FuseEngine.prepareProcess();
    }

    /** Runs before any bean is created. */
    @Bean
    static BeanFactoryPostProcessor startEngine(ConfigurableEnvironment environment) {
        return factory -> {
            SettingNames.check(environment);
            new EngineStarter(FuseEngine::open).start(environment, factory);
        };
    }
}
