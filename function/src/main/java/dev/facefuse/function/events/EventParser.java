package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.net.URLDecoder;
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
 * Finds the uploads in an event. A store's record comes in envelopes, which nest in many ways: {@code Records} of S3 and MinIO, SQS,
 * SNS (as Lambda receives it, as SQS carries it, as it is posted), CloudEvents (binary, structured, batched) and {@code events} of OSS.
 *
 * <p>Sources of the record formats: Amazon S3 "Event message structure" (keys are form-encoded; some stores that speak S3 do not encode
 * them) and "EventBridge event message structure" (keys are not encoded), MinIO as S3, Google {@code
 * google.events.cloud.storage.v1.StorageObjectData}, Alibaba OSS "Trigger event format" (keys are not encoded).
 */
final class EventParser {
    private static final Logger log = LoggerFactory.getLogger(EventParser.class);

    /** The deepest known nesting is five: SNS in SQS in a pipe of EventBridge in a CloudEvent. */
    private static final int MOST_ENVELOPES = 8;

    private static final String GOOGLE = "google.cloud.storage.object.v1.";

    /** URLDecoder puts this character in place of bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private final Set<Upload> uploads = new LinkedHashSet<>();
    private int unknownItems;
    private int subscriptions;

    private EventParser() {}

    /**
     * The content of an event.
     *
     * @param uploads each upload once, in the event's order
     * @param unknownItems items of the event that have no known format; they are ignored
     * @param subscriptions requests of SNS to confirm a subscription. They are only counted: their address comes from outside, so
     *     nothing is fetched from it
     */
    record ParsedEvent(Set<Upload> uploads, int unknownItems, int subscriptions) {}

    /** @throws FuseException {@code bad-request} if the event has no known format */
    static ParsedEvent parse(Event event) {
        EventParser parser = new EventParser();
        if (!parser.open(event.body(), event.attributes(), 0)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "This is no event that is known; send S3, MinIO, SQS, SNS, EventBridge, OSS events or CloudEvents.");
        }
        return new ParsedEvent(parser.uploads, parser.unknownItems, parser.subscriptions);
    }

    /** Opens one envelope, or reads a record; false if it is neither. */
    private boolean open(JsonNode node, Map<String, String> attributes, int depth) {
        if (depth > MOST_ENVELOPES) {
            return false;
        }
        if (node.isArray()) {
            node.forEach(inner -> openItem(inner, attributes, depth));
            return true;
        }
        if (node.has("specversion") && node.has("type")) {
            return openCloudEvent(node, depth);
        }
        for (String list : new String[] {"Records", "events"}) {
            if (node.path(list).isArray()) {
                node.path(list).forEach(inner -> openItem(inner, attributes, depth));
                return true;
            }
        }
        return openMessage(node, depth) || readRecord(node, attributes);
    }

    /** Opens one item of a list. An item that cannot be read is counted, and the others are still read. */
    private void openItem(JsonNode node, Map<String, String> attributes, int depth) {
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

    private boolean openCloudEvent(JsonNode node, int depth) {
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

    /** A notification of SNS, posted or within a record of Lambda, or a message of SQS. */
    private boolean openMessage(JsonNode node, int depth) {
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

    /** Adds the upload that a store's record is about, if an object was written; false if this is no record. */
    private boolean readRecord(JsonNode node, Map<String, String> attributes) {
        String type = attributes.getOrDefault("type", "");
        if (node.path("s3").isObject()) {
            addIf(isCreated(node), bucketName(node.path("s3")), objectKey(node.path("s3")), true);
        } else if (node.path("oss").isObject()) {
            addIf(isCreated(node), bucketName(node.path("oss")), objectKey(node.path("oss")), false);
        } else if (node.path("source").asString("").equals("aws.s3")
                && node.path("detail").isObject()) {
            boolean isCreated = node.path("detail-type").asString("").equals("Object Created");
            addIf(isCreated, bucketName(node.path("detail")), objectKey(node.path("detail")), false);
        } else if (type.startsWith(GOOGLE)) {
            String bucket = node.path("bucket").asString("");
            addIf(type.equals(GOOGLE + "finalized"), bucket, node.path("name").asString(""), false);
        } else {
            return node.path("Event").asString("").equals("s3:TestEvent");
        }
        return true;
    }

    private static String bucketName(JsonNode record) {
        return record.path("bucket").path("name").asString("");
    }

    private static String objectKey(JsonNode record) {
        return record.path("object").path("key").asString("");
    }

    /** {@code ObjectCreated:Put}; MinIO writes {@code s3:} before it. */
    private static boolean isCreated(JsonNode record) {
        String name = record.path("eventName").asString("");
        return name.startsWith("ObjectCreated:") || name.startsWith("s3:ObjectCreated:");
    }

    private void addIf(boolean isCreated, String bucket, String key, boolean mayBeEncoded) {
        if (isCreated && !bucket.isEmpty() && !key.isEmpty()) {
            uploads.add(mayBeEncoded ? uploadOfEncoded(bucket, key) : new Upload(bucket, key));
        }
    }

    /**
     * The upload of a key that Amazon sends form-encoded (plus signs for spaces, other characters in percent) and that other stores may
     * send as it is. A key that is no valid encoding is taken literally. A key that may be both is first taken for the more likely one.
     */
    private static Upload uploadOfEncoded(String bucket, String sent) {
        return decodedKey(sent)
                .map(decoded -> {
                    boolean isUtf8 = decoded.indexOf(REPLACEMENT) < 0;
                    return new Upload(bucket, isUtf8 ? decoded : sent).or(isUtf8 ? sent : decoded);
                })
                .orElseGet(() -> new Upload(bucket, sent));
    }

    private static Optional<String> decodedKey(String sent) {
        try {
            return Optional.of(URLDecoder.decode(sent, StandardCharsets.UTF_8)).filter(key -> !key.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
