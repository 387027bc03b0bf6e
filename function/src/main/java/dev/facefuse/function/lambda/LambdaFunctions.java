package dev.facefuse.function.lambda;

import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FunctionConfiguration;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.http.FuseEndpoint;
import dev.facefuse.function.http.InputReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The functions {@code lambdaHttp} and {@code lambdaEvents}. */
@Configuration(proxyBeanMethods = false)
@Import(FunctionConfiguration.class)
class LambdaFunctions {

    @Bean
    LambdaHttp lambdaHttp(
            FuseFunction fuse,
            FuseJson json,
            AccessTokens tokens,
            FacefuseProperties properties,
            FusionTracing tracing) {
        return new LambdaHttp(
                new FuseEndpoint(fuse::apply, json),
                new InputReader(json, properties.maxJsonBytes(), properties.maxMultipartBytes()),
                json,
                tokens,
                tracing);
    }

    @Bean
    LambdaEvents lambdaEvents(UploadFunction events, FusionTracing tracing) {
        return new LambdaEvents(events, tracing);
    }
}
