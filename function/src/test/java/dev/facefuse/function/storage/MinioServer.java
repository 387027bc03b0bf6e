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

/** MinIO as a process of its own on the loopback, with its files in a folder of the caller's; it tells of uploads. */
public final class MinioServer implements AutoCloseable {
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

    /**
     * Where it is: the environment's {@code MINIO_EXECUTABLE}, which may still be being built, or on the path; empty if nowhere.
     *
     * @throws AssertionError if it is not built in a quarter of an hour
     */
    public static Optional<Path> executable() throws Exception {
        String named = System.getenv().getOrDefault("MINIO_EXECUTABLE", "");
        if (!named.isEmpty()) {
            Path path = Path.of(named);
            Await.until("MinIO being built at " + path, TimeUnit.MINUTES.toNanos(15), () -> Files.isExecutable(path));
            return Optional.of(path);
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

    /** What a process needs to find it. */
    public Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "FACEFUSE_STORAGE_S3_ENDPOINT",
                endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                S3Server.KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET));
    }

    /** Makes a bucket that keeps every version of its objects and tells a target, such as {@code NAME:webhook}, of uploads. */
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

    /** Uploads, and says which version that is. */
    public String put(String bucket, String key, byte[] bytes) {
        return client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes))
                .eTag()
                .replace("\"", "");
    }

    /** An object and what is said of it. */
    public ResponseBytes<GetObjectResponse> get(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key));
    }

    /** Every version of everything below a prefix; what was removed is no version. */
    public List<ObjectVersion> versions(String bucket, String prefix) {
        return client
                .listObjectVersionsPaginator(request -> request.bucket(bucket).prefix(prefix))
                .versions()
                .stream()
                .toList();
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
