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
 * The application that Lambda starts, with the real engine. The adapter's {@code FunctionInvoker} finds this class by the environment
 * variable {@code MAIN_CLASS} and one of the functions by {@code SPRING_CLOUD_FUNCTION_DEFINITION}.
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
