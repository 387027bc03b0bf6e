package dev.facefuse.function.storage;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import tools.jackson.databind.json.JsonMapper;

/** {@link S3Server} with versions. It has no notifications of its own: this class sends them. */
public final class NotifyingS3Server implements UploadStore {
    private final S3Server server;
    private final Map<String, Notifier> notifiers;

    /**
     * Starts a server.
     *
     * @param notifiers the receiver of each bucket's events, by the bucket's name
     */
    public NotifyingS3Server(Map<String, Notifier> notifiers) {
        this.notifiers = notifiers;
        server = new S3Server(notifiers.keySet().toArray(String[]::new));
        notifiers.keySet().forEach(server::keepVersions);
    }

    @Override
    public Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "FACEFUSE_STORAGE_S3_ENDPOINT",
                server.endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                S3Server.KEY,
                "AWS_SECRET_ACCESS_KEY",
                S3Server.SECRET));
    }

    @Override
    public String put(String bucket, String key, byte[] bytes) throws Exception {
        String etag = server.put(bucket, key, bytes);
        if (key.startsWith("incoming/")) {
            notifiers.get(bucket).send(event(bucket, key, bytes.length, etag));
        }
        return etag;
    }

    /** The event that S3 sends. */
    private static byte[] event(String bucket, String key, int size, String etag) {
        Map<String, Object> object =
                Map.of("key", URLEncoder.encode(key, StandardCharsets.UTF_8), "size", size, "eTag", etag);
        return JsonMapper.shared()
                .writeValueAsBytes(Map.of(
                        "Records",
                        List.of(Map.of(
                                "eventVersion",
                                "2.1",
                                "eventSource",
                                "aws:s3",
                                "eventName",
                                "ObjectCreated:Put",
                                "s3",
                                Map.of("bucket", Map.of("name", bucket), "object", object)))));
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(String bucket, String key) {
        return server.object(bucket, key);
    }

    @Override
    public List<ObjectVersion> versions(String bucket, String prefix) {
        return server.versions(bucket, prefix);
    }

    @Override
    public void close() {
        server.close();
    }

    /** Sends an event, as JSON, to its receiver. */
    public interface Notifier {
        void send(byte[] event) throws Exception;
    }
}
