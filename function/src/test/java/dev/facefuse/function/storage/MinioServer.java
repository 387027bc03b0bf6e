package dev.facefuse.function.storage;

import dev.facefuse.function.Await;
import dev.facefuse.function.FreePort;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.FilterRule;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;

/** MinIO as its own process on the loopback, with its files in a folder of the caller. */
public final class MinioServer implements UploadStore {
    private static final String SECRET = "test-secret";

    private final Process process;
    private final int port = FreePort.find();
    private final S3Client client;

    /**
     * Starts one.
     *
     * @param executable from {@link #executable()}
     * @param folder for objects, events that nobody took yet, and output
     * @param targets {@code MINIO_NOTIFY_…}, each with a queue's directory of its own
     */
    public MinioServer(Path executable, Path folder, Map<String, String> targets) throws Exception {
        Path output = folder.resolve("minio.log");
        ProcessBuilder builder = new ProcessBuilder(
                        executable.toString(),
                        "server",
                        "--quiet",
                        "--address",
                        "127.0.0.1:" + port,
                        folder.resolve("objects").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(targets);
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        folder.toString(),
                        "MINIO_ROOT_USER",
                        S3Server.KEY,
                        "MINIO_ROOT_PASSWORD",
                        SECRET,
                        "MINIO_UPDATE",
                        "off",
                        "MINIO_BROWSER",
                        "off"));
        process = builder.start();
        client = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(S3Server.KEY, SECRET)))
                .build();
        try {
            Await.until("MinIO", this::isReady);
        } catch (AssertionError | Exception e) {
            close();
            throw new IllegalStateException(Files.readString(output), e);
        }
    }

    /** The executable: the environment variable {@code MINIO_EXECUTABLE}, or {@code minio} on the path; empty if there is none. */
    public static Optional<Path> executable() {
        String named = System.getenv().getOrDefault("MINIO_EXECUTABLE", "");
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "minio"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private boolean isReady() throws Exception {
        if (!process.isAlive()) {
            throw new IllegalStateException("MinIO does not start");
        }
        try {
            HttpRequest ready = HttpRequest.newBuilder(endpoint().resolve("/minio/health/ready"))
                    .build();
            return HttpClient.newHttpClient()
                            .send(ready, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "FACEFUSE_STORAGE_S3_ENDPOINT",
                endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                S3Server.KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET));
    }

    /** Makes a bucket that keeps every version and sends an event for each upload to a target such as {@code NAME:webhook}. */
    public void create(String bucket, String target) {
        client.createBucket(request -> request.bucket(bucket));
        client.putBucketVersioning(request -> request.bucket(bucket)
                .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
        QueueConfiguration uploads = QueueConfiguration.builder()
                .queueArn("arn:minio:sqs::" + target)
                .events(Event.S3_OBJECT_CREATED_PUT)
                .filter(filter -> filter.key(key -> key.filterRules(FilterRule.builder()
                        .name("prefix") // The SDK's own word has a capital letter, which MinIO does not take.
                        .value("incoming/")
                        .build())))
                .build();
        client.putBucketNotificationConfiguration(
                request -> request.bucket(bucket).notificationConfiguration(all -> all.queueConfigurations(uploads)));
    }

    @Override
    public String put(String bucket, String key, byte[] bytes) {
        return client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes))
                .eTag()
                .replace("\"", "");
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key));
    }

    @Override
    public List<ObjectVersion> versions(String bucket, String prefix) {
        return S3Server.versions(client, bucket, prefix);
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
