package dev.facefuse.function.queue;

import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FunctionConfiguration;
import dev.facefuse.function.broker.BrokerConfiguration;
import dev.facefuse.function.broker.Publisher;
import dev.facefuse.function.broker.QueueNames;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.http.WebConfiguration;
import java.time.Duration;
import org.springframework.amqp.rabbit.listener.MessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.cloud.function.core.FunctionInvocationHelper;
import org.springframework.cloud.stream.binder.rabbit.config.RabbitMessageChannelBinderConfiguration;
import org.springframework.cloud.stream.config.BindingServiceConfiguration;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.PropertySource;
import org.springframework.messaging.Message;

/** The worker: binds the queue to {@link UploadConsumer}. The binder is a bean of this context instead of a child context. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({
    FunctionConfiguration.class,
    WebConfiguration.class,
    BrokerConfiguration.class,
    RabbitMessageChannelBinderConfiguration.class
})
@ImportAutoConfiguration({
    IntegrationAutoConfiguration.class,
    org.springframework.cloud.stream.function.FunctionConfiguration.class,
    BindingServiceConfiguration.class
})
@PropertySource("classpath:/dev/facefuse/function/queue/queue.properties")
class QueueConfiguration {

    @Bean
    UploadConsumer uploads(
            UploadFunction events,
            Publisher publisher,
            QueueNames names,
            FusionTracing tracing,
            FacefuseProperties properties) {
        return new UploadConsumer(events, publisher, names, tracing, properties.queue());
    }

    /** Replaces the helper that unpacks CloudEvents, because {@code events} does that. */
    @Bean
    FunctionInvocationHelper<Message<?>> functionInvocationHelper() {
        return new FunctionInvocationHelper<>() {};
    }

    /**
     * A shutdown waits for running events. Messages are not decompressed, because their length is checked first. The container declares
     * no queues: {@link BrokerConfiguration} does so with every connection, and without a broker the container would fill the log.
     */
    @Bean
    ListenerContainerCustomizer<MessageListenerContainer> listenerContainer(
            @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration patience) {
        return (container, destination, group) -> {
            if (container instanceof SimpleMessageListenerContainer simple) {
                simple.setShutdownTimeout(patience.toMillis());
                simple.setAfterReceivePostProcessors();
                simple.setAutoDeclare(false);
            }
        };
    }
}
