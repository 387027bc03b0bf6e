package dev.facefuse.function.broker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** Publishes messages and waits until the broker confirms that they are in a queue. Thread-safe. */
public final class Publisher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RabbitTemplate template;

    /** Uses a separate connection for publishing: a broker that is short of memory blocks publishers, and must not block consumers. */
    Publisher(ConnectionFactory connections) {
        template = new RabbitTemplate(connections);
        template.setMandatory(true);
        template.setUsePublisherConnection(true);
    }

    /**
     * Publishes a message.
     *
     * @param exchange empty for the default exchange, whose routing keys are names of queues
     * @throws PublishException if no queue has the message, or if that is unknown
     */
    public void publish(String exchange, String routingKey, Message message) {
        CorrelationData correlation = new CorrelationData();
        try {
            template.send(exchange, routingKey, message, correlation);
            CorrelationData.Confirm confirm = correlation.getFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!confirm.ack()) {
                throw new PublishException("The broker refused a message: " + confirm.reason());
            }
        } catch (AmqpException | ExecutionException e) {
            throw new PublishException("A message cannot be published: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new PublishException("The broker has not confirmed a message in " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishException("Interrupted before the broker confirmed a message", e);
        }
        if (correlation.getReturned() != null) {
            throw new PublishException("No queue takes messages of " + exchange + "/" + routingKey);
        }
    }
}
