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

/** Publishes messages and returns when the broker has them in a queue. Safe for use by any thread. */
public final class Publisher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RabbitTemplate template;

    /** Over connections that confirm and return; those that consume are others, which a broker short of memory does not block. */
    Publisher(ConnectionFactory connections) {
        template = new RabbitTemplate(connections);
        template.setMandatory(true);
        template.setUsePublisherConnection(true);
    }

    /**
     * Publishes a message.
     *
     * @param exchange the default one, if empty, whose routing keys are queues' names
     * @throws NotTakenException if it is in no queue, or if that is not known
     */
    public void publish(String exchange, String routingKey, Message message) {
        CorrelationData correlation = new CorrelationData();
        try {
            template.send(exchange, routingKey, message, correlation);
            CorrelationData.Confirm confirm = correlation.getFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!confirm.ack()) {
                throw new NotTakenException("The broker refused a message: " + confirm.reason());
            }
        } catch (AmqpException | ExecutionException e) {
            throw new NotTakenException("A message cannot be published: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new NotTakenException("The broker has not confirmed a message in " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotTakenException("Interrupted before the broker confirmed a message", e);
        }
        if (correlation.getReturned() != null) {
            throw new NotTakenException("No queue takes messages of " + exchange + "/" + routingKey);
        }
    }
}
