package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Takes an event out of its envelopes, which stand in each other in many ways, and finds the uploads in it. Envelopes are
 * S3's and MinIO's {@code Records}, SQS, SNS (as Lambda gets it, as SQS carries it, as it is posted), CloudEvents (binary,
 * structured, batched) and OSS's {@code events}; what is in them is {@link ReadRecord}'s to read.
 */
final class Unwrap {
    private static final Logger log = LoggerFactory.getLogger(Unwrap.class);

    /** SNS in SQS in EventBridge's pipe in a CloudEvent is five. */
    private static final int MOST_ENVELOPES = 8;

    private final Set<Upload> uploads = new LinkedHashSet<>();
    private int unknownItems;
    private int subscriptions;

    private Unwrap() {}

    /**
     * The uploads that an event tells of, each once, in order; none if it tells of something else.
     *
     * @throws FuseException {@code bad-request} for what is no event of a kind that is known
     */
    static Set<Upload> uploads(Event event) {
        return of(event).uploads();
    }

    /**
     * The same, with what was found beside uploads.
     *
     * @throws FuseException {@code bad-request} for what is no event of a kind that is known
     */
    static Unwrap of(Event event) {
        Unwrap unwrap = new Unwrap();
        if (!unwrap.open(event.body(), event.attributes(), 0)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "This is no event that is known; send S3, MinIO, SQS, SNS, EventBridge, OSS events or CloudEvents.");
        }
        return unwrap;
    }

    /** Each upload once, in the event's order. */
    Set<Upload> uploads() {
        return uploads;
    }

    /** Items of the event that are of no kind that is known; they are left out. */
    int unknownItems() {
        return unknownItems;
    }

    /** Requests of SNS to confirm a subscription. Their address came from outside, so nothing is fetched from there. */
    int subscriptions() {
        return subscriptions;
    }

    /** Opens one envelope; says whether it is one. */
    private boolean open(JsonNode node, Map<String, String> attributes, int depth) {
        if (depth > MOST_ENVELOPES) {
            return false;
        }
        if (node.isArray()) {
            node.forEach(inner -> openInner(inner, attributes, depth));
            return true;
        }
        if (node.has("specversion") && node.has("type")) {
            return cloudEvent(node, depth);
        }
        if (node.path("Records").isArray()) {
            node.path("Records").forEach(inner -> openInner(inner, attributes, depth));
            return true;
        }
        if (node.path("events").isArray()) {
            node.path("events").forEach(inner -> openInner(inner, attributes, depth));
            return true;
        }
        return message(node, depth) || record(node, attributes);
    }

    /** One bad item among many is left out and counted; the others are not to blame. */
    private void openInner(JsonNode node, Map<String, String> attributes, int depth) {
        try {
            if (open(node, attributes, depth + 1)) {
                return;
            }
        } catch (FuseException e) {
            if (unknownItems == 0) {
                log.debug("An item of an event cannot be read", e);
            }
        }
        unknownItems++;
    }

    private boolean cloudEvent(JsonNode node, int depth) {
        Map<String, String> attributes = Map.of("type", node.path("type").asString(""));
        JsonNode data = node.path("data_base64").isString()
                ? EventJson.read(decoded(node.path("data_base64").asString()))
                : node.path("data").isString()
                        ? EventJson.read(node.path("data").asString())
                        : node.path("data");
        return open(data, attributes, depth + 1);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "A CloudEvent's data_base64 is not base64; send it as it was.", e);
        }
    }

    /** SNS's notification, posted or within a record of Lambda's, and SQS's message. */
    private boolean message(JsonNode node, int depth) {
        JsonNode text = node.path("Sns").path("Message");
        if (node.path("Type").asString("").equals("Notification")) {
            text = node.path("Message");
        } else if (node.path("eventSource").asString("").equals("aws:sqs")) {
            text = node.path("body");
        } else if (node.path("Type").asString("").equals("SubscriptionConfirmation")) {
            subscriptions++;
            return true;
        }
        return text.isString() && open(EventJson.read(text.asString()), Map.of(), depth + 1);
    }

    private boolean record(JsonNode node, Map<String, String> attributes) {
        if (!ReadRecord.isOne(node, attributes)) {
            return false;
        }
        Optional<Upload> upload = ReadRecord.upload(node, attributes);
        upload.ifPresent(uploads::add);
        return true;
    }
}
