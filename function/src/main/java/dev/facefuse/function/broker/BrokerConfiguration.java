package dev.facefuse.function.broker;

import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.FacefuseProperties;
import java.util.List;
import org.springframework.amqp.core.AbstractDeclarable;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.health.RabbitHealthContributorAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;

/** The connection to the broker, its health, and the exchange and queues that are declared with each connection. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({RabbitAutoConfiguration.class, RabbitHealthContributorAutoConfiguration.class})
@PropertySource("classpath:/dev/facefuse/function/broker/broker.properties")
public class BrokerConfiguration {
    private static final String DEFAULT_EXCHANGE = "";

    @Bean
    QueueNames queueNames(FacefuseProperties properties) {
        return new QueueNames(properties.queue().exchange(), properties.queue().group());
    }

    @Bean
    Publisher publisher(ConnectionFactory connections) {
        return new Publisher(connections);
    }

    @Bean
    EventPublisher relay(Publisher publisher, QueueNames names, FusionTracing tracing) {
        return new EventPublisher(publisher, names, tracing);
    }

    /**
     * The exchange and all queues. Publisher and worker both declare all of them, so no event is lost because a queue does not exist yet.
     * They are quorum queues, because only these count how often a message is redelivered after its worker crashed. An existing exchange
     * or queue with other properties is kept, and the log says so.
     */
    @Bean
    Declarables declarables(QueueNames names, FacefuseProperties properties) {
        TopicExchange exchange = new TopicExchange(names.exchange());
        Queue queue = deadLettering(names.queue(), names.deadLetters())
                .deliveryLimit(properties.queue().redeliveries())
                .build();
        List<AbstractDeclarable> all = List.of(
                exchange,
                queue,
                BindingBuilder.bind(queue).to(exchange).with("#"),
                deadLettering(names.retries(), names.queue()).build(),
                QueueBuilder.durable(names.deadLetters()).quorum().build());
        all.forEach(declarable -> declarable.setIgnoreDeclarationExceptions(true));
        return new Declarables(all);
    }

    /** A queue that keeps a dead-lettered message until the other queue has it. The broker does so only for queues that reject on overflow. */
    private static QueueBuilder deadLettering(String queue, String to) {
        return QueueBuilder.durable(queue)
                .quorum()
                .deadLetterExchange(DEFAULT_EXCHANGE)
                .deadLetterRoutingKey(to)
                .withArgument("x-dead-letter-strategy", "at-least-once")
                .overflow(QueueBuilder.Overflow.rejectPublish);
    }
}
