package dev.facefuse.function.lambda;

import dev.facefuse.function.Engine;
import dev.facefuse.function.application.EngineOpener;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * What Lambda starts, with the real engine. {@code MAIN_CLASS} names this class to the adapter's {@code FunctionInvoker}, {@code
 * SPRING_CLOUD_FUNCTION_DEFINITION} one of the functions.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(LambdaFunctions.class)
public class LambdaConfiguration {
    static {
        // This class is read before Spring starts: no other thread reads the process's environment yet.
        Engine.prepareProcess();
    }

    @Bean(EngineOpener.BEAN)
    EngineOpener engineOpener() {
        return new EngineOpener(Engine::open);
    }
}
