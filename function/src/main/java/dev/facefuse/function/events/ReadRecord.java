package dev.facefuse.function.events;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads what stores say of an object, each in its own words. Sources, by vendor: Amazon S3 "Event message structure" (keys are
 * form-encoded; some stores that speak S3 do not encode them) and "EventBridge event message structure" (keys are not), MinIO as S3, Google {@code
 * google.events.cloud.storage.v1.StorageObjectData}, Alibaba OSS "Trigger event format" (keys are not encoded).
 */
final class ReadRecord {
    private static final String GOOGLE = "google.cloud.storage.object.v1.";

    /** Stands for bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

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
                    ? uploadOfEncoded(
                            s3.path("bucket").path("name"),
                            s3.path("object").path("key").asString(""))
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

    /**
     * A key that Amazon sends form-encoded (plus signs for spaces, the rest in percent) and that other stores may send as it is. Text
     * that is no such encoding is the key itself; text that could be both is first taken for the more likely one.
     */
    private static Optional<Upload> uploadOfEncoded(JsonNode bucket, String sent) {
        String decoded;
        try {
            decoded = URLDecoder.decode(sent, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return upload(bucket, sent);
        }
        boolean isUtf8 = decoded.indexOf(REPLACEMENT) < 0;
        return upload(bucket, isUtf8 ? decoded : sent).map(upload -> upload.or(isUtf8 ? sent : decoded));
    }

    private static Optional<Upload> upload(JsonNode bucket, String key) {
        String name = bucket.asString("");
        return name.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(new Upload(name, key));
    }
}
