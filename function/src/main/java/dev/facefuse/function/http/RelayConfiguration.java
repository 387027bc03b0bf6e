package dev.facefuse.function.http;

import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.broker.BrokerConfiguration;
import dev.facefuse.function.broker.Relay;
import dev.facefuse.function.events.UploadFunction;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** {@code POST /events} into the queue. Unless it is asked for, nothing of RabbitMQ is loaded. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(RelayConfiguration.RELAY)
@Import(BrokerConfiguration.class)
class RelayConfiguration {
    static final String RELAY = "facefuse.events.relay";

    @Bean
    RelayController relayController(
            Relay relay,
            UploadFunction uploads,
            BodyReader bodies,
            FacefuseProperties properties,
            ProblemWriter problems) {
        return new RelayController(relay, uploads, bodies, BodyPace.ofEvents(properties), problems);
    }
}
