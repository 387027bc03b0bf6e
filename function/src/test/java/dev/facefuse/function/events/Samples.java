package dev.facefuse.function.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Events as the vendors' documentation shows them, with invented names. */
final class Samples {
    static final List<String> NAMES = List.of(
            "s3-put",
            "s3-multipart",
            "s3-encoded",
            "s3-several",
            "s3-removed",
            "s3-result",
            "s3-test",
            "s3-in-sqs",
            "s3-in-sns",
            "s3-in-sns-posted",
            "s3-in-sns-in-sqs",
            "sns-subscription",
            "eventbridge",
            "eventbridge-deleted",
            "eventbridge-in-sqs",
            "minio-put",
            "minio-removed",
            "cloudevent-s3",
            "cloudevent-s3-records",
            "cloudevent-s3-base64",
            "cloudevent-google",
            "cloudevent-google-deleted",
            "cloudevent-batch",
            "google-data",
            "oss-function",
            "oss-function-removed",
            "oss-eventbridge");

    /** Headers of a CloudEvent whose body is {@code google-data}. */
    static final Map<String, String> GOOGLE = Map.of(
            "specversion", "1.0",
            "type", "google.cloud.storage.object.v1.finalized",
            "source", "//storage.googleapis.com/projects/_/buckets/photos",
            "subject", "objects/incoming/portrait/ich + du.jpg");

    private Samples() {}

    static byte[] bytes(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name + ".json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Event event(String name) {
        return new Event(
                EventJson.read(new String(bytes(name), StandardCharsets.UTF_8)),
                name.equals("google-data") ? GOOGLE : Map.of());
    }
}
