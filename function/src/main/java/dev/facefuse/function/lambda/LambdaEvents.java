package dev.facefuse.function.lambda;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import dev.facefuse.function.events.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Handles upload events in Lambda. S3, EventBridge and SNS deliver one event each; an exception makes them deliver it again. SQS
 * delivers batches, of which only the failed messages are delivered again. For SQS the event source mapping must have
 * {@code ReportBatchItemFailures}; without it every batch would count as processed.
 */
public final class LambdaEvents implements Function<InputStream, Object> {
    private static final Logger log = LoggerFactory.getLogger(LambdaEvents.class);

    private final Function<Event, List<Outcome>> function;

    private final FusionTracing tracing;

    LambdaEvents(Function<Event, List<Outcome>> function, FusionTracing tracing) {
        this.function = function;
        this.tracing = tracing;
    }

    /**
     * Handles an event.
     *
     * @param json the event in Lambda's JSON
     * @return an {@link SQSBatchResponse} for a batch of SQS, else a list of {@link Outcome}
     * @throws FuseException the function's exception, except for a batch of SQS
     */
    @Override
    public Object apply(InputStream json) {
        JsonNode event;
        try {
            event = EventJson.read(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonNode records = event.path("Records");
        try {
            return isQueued(records.path(0)) ? batch(records) : function.apply(Event.of(event));
        } finally {
            tracing.flush();
        }
    }

    private static boolean isQueued(JsonNode record) {
        return record.path("eventSource").asString("").equals("aws:sqs");
    }

    /** In a FIFO queue, messages after a failed one of the same group must wait for it. */
    private SQSBatchResponse batch(JsonNode records) {
        List<BatchItemFailure> failures = new ArrayList<>();
        Set<String> waiting = new HashSet<>();
        Throwable first = null;
        for (JsonNode message : records) {
            String group = message.path("attributes").path("MessageGroupId").asString("");
            Throwable failure = waiting.contains(group) ? null : failure(message);
            first = first == null ? failure : first;
            if (waiting.contains(group) || failure != null) {
                failures.add(new BatchItemFailure(id(message)));
                if (!group.isEmpty()) {
                    waiting.add(group);
                }
            }
        }
        if (first instanceof FuseException named) {
            log.warn(
                    "{} of {} messages failed and will be delivered again; the first: {} ({})",
                    failures.size(),
                    records.size(),
                    named.getMessage(),
                    named.code().code());
        } else if (first != null) {
            log.error(
                    "{} of {} messages failed and will be delivered again; the first:",
                    failures.size(),
                    records.size(),
                    first);
        }
        return new SQSBatchResponse(failures);
    }

    /** The error of a message; null if it was processed. */
    private @Nullable Throwable failure(JsonNode message) {
        try {
            List<Outcome> outcomes = function.apply(Event.of(message));
            log.debug("Message {} was processed: {}", id(message), outcomes);
            return null;
        } catch (RuntimeException | OutOfMemoryError e) {
            log.debug("Message {} failed", id(message), e);
            return e;
        }
    }

    private static String id(JsonNode message) {
        return message.path("messageId").asString("");
    }
}
