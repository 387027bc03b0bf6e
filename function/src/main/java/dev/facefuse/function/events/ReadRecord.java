package dev.facefuse.function.events;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads what stores say of an object, each in its own words. Sources, by vendor: Amazon S3 "Event message structure" (keys are
 * form-encoded) and "EventBridge event message structure" (keys are not), MinIO as S3, Google {@code
 * google.events.cloud.storage.v1.StorageObjectData}, Alibaba OSS "Trigger event format" (keys are not encoded).
 */
final class ReadRecord {
    private static final String GOOGLE = "google.cloud.storage.object.v1.";

    private ReadRecord() {}

    /** Whether this is a store's record, of whatever happened. */
    static boolean isOne(JsonNode node, Map<String, String> attributes) {
        return node.path("s3").isObject()
                || node.path("oss").isObject()
                || isEventBridge(node)
                || isGoogle(attributes)
                || node.path("Event").asString("").equals("s3:TestEvent");
    }

    /** The object, if it was written; empty if it was removed, restored or something else. */
    static Optional<Upload> upload(JsonNode node, Map<String, String> attributes) {
        if (node.path("s3").isObject()) {
            JsonNode s3 = node.path("s3");
            return isCreated(node.path("eventName"))
                    ? formDecoded(s3.path("object").path("key"))
                            .flatMap(key -> upload(s3.path("bucket").path("name"), key))
                    : Optional.empty();
        }
        if (node.path("oss").isObject()) {
            JsonNode oss = node.path("oss");
            return isCreated(node.path("eventName"))
                    ? upload(
                            oss.path("bucket").path("name"),
                            oss.path("object").path("key").asString(""))
                    : Optional.empty();
        }
        if (isEventBridge(node)) {
            JsonNode detail = node.path("detail");
            return node.path("detail-type").asString("").equals("Object Created")
                    ? upload(
                            detail.path("bucket").path("name"),
                            detail.path("object").path("key").asString(""))
                    : Optional.empty();
        }
        return attributes.getOrDefault("type", "").equals(GOOGLE + "finalized")
                ? upload(node.path("bucket"), node.path("name").asString(""))
                : Optional.empty();
    }

    private static boolean isEventBridge(JsonNode node) {
        return node.path("source").asString("").equals("aws.s3")
                && node.path("detail").isObject();
    }

    private static boolean isGoogle(Map<String, String> attributes) {
        return attributes.getOrDefault("type", "").startsWith(GOOGLE);
    }

    /** {@code ObjectCreated:Put}; MinIO writes {@code s3:} before it. */
    private static boolean isCreated(JsonNode eventName) {
        String name = eventName.asString("");
        return name.startsWith("ObjectCreated:") || name.startsWith("s3:ObjectCreated:");
    }

    /** As forms are: plus signs for spaces, the rest in percent. Empty for what cannot be that. */
    private static Optional<String> formDecoded(JsonNode key) {
        try {
            return Optional.of(URLDecoder.decode(key.asString(""), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Upload> upload(JsonNode bucket, String key) {
        String name = bucket.asString("");
        return name.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(new Upload(name, key));
    }
}
