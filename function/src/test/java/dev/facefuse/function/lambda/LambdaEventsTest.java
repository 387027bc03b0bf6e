package dev.facefuse.function.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NotedTracing;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Events as Lambda brings them, to a function that fails where a body says so. */
class LambdaEventsTest {
    private static final Outcome DONE = new Outcome("s3://photos/incoming/a/b.jpg", Outcome.Kind.FUSED, null);

    private final List<String> tried = new ArrayList<>();
    private final NotedTracing tracing = new NotedTracing();
    private final LambdaEvents events = new LambdaEvents(this::run, tracing);

    private List<Outcome> run(Event event) {
        JsonNode body = event.body().path("body");
        tried.add(body.asString(""));
        switch (body.asString("")) {
            case "busy" -> throw new FuseException(ErrorCode.BUSY, "Every place is taken.");
            case "defect" -> throw new IllegalStateException("a defect");
            case "heap" -> throw new OutOfMemoryError("heap");
            default -> {
                return List.of(DONE);
            }
        }
    }

    @Test
    void anEventThatComesStraightAnswersWhatBecameOfIt() {
        assertThat(apply("{\"Records\": [{\"eventSource\": \"aws:s3\"}]}")).isEqualTo(List.of(DONE));
        assertThat(tracing.notes).containsExactly("flush");
    }

    @Test
    void anEventThatComesStraightAndShouldComeAgainIsThrown() {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> apply("{\"source\": \"aws.s3\", \"body\": \"busy\"}"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(tracing.notes).containsExactly("flush");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> apply("not JSON"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void ofABatchOnlyThoseThatFailedComeAgain() {
        assertThat(failures(batch("1 - done", "2 - busy", "3 - done", "4 - defect", "5 - heap", "6 - done")))
                .containsExactly("2", "4", "5");
        assertThat(tried).containsExactly("done", "busy", "done", "defect", "heap", "done");
    }

    @Test
    void aBatchIsOneLineInTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(LambdaEvents.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            failures(batch("1 - busy", "2 - done", "3 - defect", "4 - busy"));
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "3 of 4 messages failed and will be delivered again; the first: Every place is taken. (busy)");
    }

    @Test
    void aBatchThatIsDoneHasNoFailures() {
        assertThat(failures(batch("1 - done", "2 - done"))).isEmpty();
    }

    @Test
    void inAFifoQueueThoseBehindOneThatFailedWaitForIt() {
        assertThat(failures(batch("1 a busy", "2 b done", "3 a done", "4 b done")))
                .containsExactly("1", "3");
        assertThat(tried).containsExactly("busy", "done", "done");
    }

    private List<String> failures(String batch) {
        return ((SQSBatchResponse) apply(batch))
                .getBatchItemFailures().stream()
                        .map(BatchItemFailure::getItemIdentifier)
                        .toList();
    }

    /** Messages as identifier, group (or -) and body. */
    private static String batch(String... messages) {
        StringBuilder records = new StringBuilder();
        for (String message : messages) {
            String[] parts = message.split(" ", 3);
            String attributes = parts[1].equals("-") ? "" : "\"MessageGroupId\": \"" + parts[1] + "\"";
            records.append(records.isEmpty() ? "" : ",")
                    .append("{\"eventSource\": \"aws:sqs\", \"messageId\": \"" + parts[0] + "\", \"attributes\": {"
                            + attributes + "}, \"body\": \"" + parts[2] + "\"}");
        }
        return "{\"Records\": [" + records + "]}";
    }

    private Object apply(String event) {
        return events.apply(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
    }
}
