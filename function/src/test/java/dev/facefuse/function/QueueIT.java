package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.function.JarProcess.Outcome;
import dev.facefuse.function.broker.RabbitServer;
import dev.facefuse.function.storage.MinioServer;
import dev.facefuse.function.storage.NotifyingS3Server;
import dev.facefuse.function.storage.UploadStore;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.core.Message;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Uploads go through RabbitMQ to workers that are killed. The object store is MinIO where it is installed ({@code infra/release.sh}
 * builds it), otherwise {@link NotifyingS3Server}; everything else is real, each in its own process.
 */
@Timeout(1200)
class QueueIT {
    private static final int UPLOADS = Integer.getInteger("facefuse.queue.uploads", 24);
    private static final int KILLS = Integer.getInteger("facefuse.queue.kills", 3);
    private static final long SEED = Long.getLong("facefuse.queue.seed", 1);

    private static final int SIGTERM_EXIT_CODE = 128 + 15;
    private static final int WORKERS = 2;
    private static final int VARIANTS = 4;
    private static final long RESULTS_NANOS = TimeUnit.MINUTES.toNanos(15);

    /** About the time of a fusion with its storage: a kill can happen at any time of a fusion. */
    private static final int MOST_KILL_DELAY_MILLIS = 700;

    /** The bucket whose events are sent to a relay's webhook. */
    private static final String HOOKED = "hooked";

    /** The bucket whose events are sent to the broker. */
    private static final String QUEUED = "queued";

    private static final List<String> BUCKETS = List.of(HOOKED, QUEUED);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    @Test
    void killedWorkersLoseNothingAndDoNothingTwice() throws Exception {
        assumeTrue(RabbitServer.isInstalled(), "RabbitMQ is not installed (Debian: rabbitmq-server)");
        try (RabbitServer broker = new RabbitServer(Files.createDirectory(folder.resolve("broker"))).start();
                JarProcess relay = relay(broker);
                UploadStore store = store(broker, relay.port())) {
            List<JarProcess> workers = new ArrayList<>();
            try {
                for (int i = 0; i < WORKERS; i++) {
                    workers.add(worker(broker, store));
                }
                for (JarProcess worker : workers) {
                    worker.port();
                }
                long start = System.nanoTime();
                Map<String, byte[]> expected = new HashMap<>();
                Map<String, Map<String, String>> versions = new HashMap<>();
                upload(store, relay.port(), expected, versions);
                kill(workers, broker, store);
                Await.until("all results", RESULTS_NANOS, () -> reports(store) >= UPLOADS);
                broker.awaitTaken("facefuse.uploads");
                for (JarProcess worker : workers) {
                    worker.port();
                    assertThat(worker.stop()).isEqualTo(SIGTERM_EXIT_CODE);
                }
                System.out.printf(
                        "%d uploads, %d kills (seed %d) in %d s: %d events came again, of %d the result was there%n",
                        UPLOADS,
                        KILLS,
                        SEED,
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                        said("An event is delivered again"),
                        said("1 done before"));
                eachIsThereOnce(store, expected, versions);
                // Nothing is left, and nothing comes back from those that stopped.
                for (String queue : List.of("facefuse.uploads", "facefuse.uploads.retry", "facefuse.uploads.dlq")) {
                    assertThat(broker.poll(queue)).as(queue).isNull();
                }
            } finally {
                workers.forEach(JarProcess::close);
            }
        }
    }

    @Test
    void servingLoadsNothingOfTheBroker() throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        try (JarProcess server = JarProcess.start(
                folder.resolve("serve.txt"), Map.of(), List.of("-Xlog:class+load:file=" + loaded), "serve")) {
            assertThat(server.port()).isPositive();
            assertThat(server.stop()).isEqualTo(SIGTERM_EXIT_CODE);
        }
        try (Stream<String> lines = Files.lines(loaded)) {
            assertThat(lines.filter(line ->
                            line.matches(".* (com\\.rabbitmq|org\\.springframework\\.(amqp|integration))\\..*")))
                    .isEmpty();
        }
        try (Stream<String> lines = Files.lines(loaded)) {
            assertThat(lines.anyMatch(line -> line.contains(" org.springframework.web.servlet.")))
                    .isTrue();
        }
    }

    private JarProcess relay(RabbitServer broker) throws IOException {
        return JarProcess.start(
                folder.resolve("relay.txt"),
                Map.of("SPRING_RABBITMQ_ADDRESSES", broker.address(), "FACEFUSE_EVENTS_RELAY", "true"),
                List.of(),
                "serve");
    }

    private UploadStore store(RabbitServer broker, int relayPort) throws Exception {
        Optional<Path> minio = MinioServer.executable();
        return minio.isPresent()
                ? minio(minio.get(), broker, relayPort)
                : new NotifyingS3Server(Map.of(
                        HOOKED,
                        event -> post(relayPort, event),
                        QUEUED,
                        event -> broker.publish("facefuse", "", new Message(event))));
    }

    private static void post(int relayPort, byte[] event) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relayPort + "/events"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(event))
                .build();
        assertThat(CLIENT.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
    }

    private UploadStore minio(Path executable, RabbitServer broker, int relayPort) throws Exception {
        Path files = Files.createDirectory(folder.resolve("minio"));
        MinioServer minio = new MinioServer(
                executable,
                files,
                Map.ofEntries(
                        Map.entry("MINIO_NOTIFY_WEBHOOK_ENABLE_RELAY", "on"),
                        Map.entry("MINIO_NOTIFY_WEBHOOK_ENDPOINT_RELAY", "http://127.0.0.1:" + relayPort + "/events"),
                        Map.entry(
                                "MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_RELAY",
                                files.resolve("to-relay").toString()),
                        Map.entry("MINIO_NOTIFY_AMQP_ENABLE_BROKER", "on"),
                        Map.entry("MINIO_NOTIFY_AMQP_URL_BROKER", "amqp://guest:guest@" + broker.address()),
                        Map.entry("MINIO_NOTIFY_AMQP_EXCHANGE_BROKER", "facefuse"),
                        Map.entry("MINIO_NOTIFY_AMQP_EXCHANGE_TYPE_BROKER", "topic"),
                        Map.entry("MINIO_NOTIFY_AMQP_DURABLE_BROKER", "on"),
                        Map.entry("MINIO_NOTIFY_AMQP_PUBLISHING_CONFIRMS_BROKER", "on"),
                        Map.entry(
                                "MINIO_NOTIFY_AMQP_QUEUE_DIR_BROKER",
                                files.resolve("to-broker").toString())));
        minio.create(HOOKED, "RELAY:webhook");
        minio.create(QUEUED, "BROKER:amqp");
        return minio;
    }

    private JarProcess worker(RabbitServer broker, UploadStore store) throws IOException {
        Map<String, String> environment = store.environment();
        environment.put("SPRING_RABBITMQ_ADDRESSES", broker.address());
        environment.put(
                "FACEFUSE_STORAGE_READ",
                "s3://hooked/incoming/,s3://hooked/templates/,s3://queued/incoming/,s3://queued/templates/");
        environment.put("FACEFUSE_STORAGE_WRITE", "s3://hooked/fused/,s3://queued/fused/");
        Path output = Files.createTempFile(folder, "worker-", ".txt");
        return JarProcess.start(output, environment, List.of(), "work");
    }

    /** Uploads a few variants of a photo to both buckets, and adds the result and the versions that each must lead to. */
    private void upload(
            UploadStore store, int relayPort, Map<String, byte[]> expected, Map<String, Map<String, String>> versions)
            throws Exception {
        byte[] template = small("mona-lisa.jpg", 0);
        List<byte[]> users = new ArrayList<>();
        List<byte[]> results = new ArrayList<>();
        for (int variant = 0; variant < VARIANTS; variant++) {
            users.add(small("astronaut.png", variant));
            results.add(fusedOverHttp(relayPort, template, users.get(variant)));
        }
        assertThat(fusedByCommand(template, users.get(0))).isEqualTo(results.get(0));
        assertThat(results.stream().map(ByteBuffer::wrap).distinct()).hasSize(VARIANTS);
        Map<String, String> templates = new HashMap<>();
        for (String bucket : BUCKETS) {
            templates.put(bucket, store.put(bucket, "templates/portrait.png", template));
        }
        for (int i = 0; i < UPLOADS; i++) {
            String bucket = BUCKETS.get(i % BUCKETS.size());
            String name = "portrait/photo " + i + ".png";
            String version = store.put(bucket, "incoming/" + name, users.get(i % VARIANTS));
            String result = bucket + "/fused/" + name + ".png";
            expected.put(result, results.get(i % VARIANTS));
            versions.put(
                    result, Map.of("facefuse-user-etag", version, "facefuse-template-etag", templates.get(bucket)));
        }
    }

    /** Kills one of the workers, at random moments while there is work, and starts another in its place. */
    private void kill(List<JarProcess> workers, RabbitServer broker, UploadStore store) throws Exception {
        int[] moments = random.ints(KILLS, 1, UPLOADS - WORKERS).sorted().toArray();
        for (int moment : moments) {
            Await.until("result " + moment, RESULTS_NANOS, () -> reports(store) >= moment);
            int victim = random.nextInt(WORKERS);
            workers.get(victim).port();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_KILL_DELAY_MILLIS)));
            workers.get(victim).kill();
            workers.set(victim, worker(broker, store));
        }
    }

    /** How often workers have said something, dead ones included. */
    private long said(String words) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> outputs = Files.newDirectoryStream(folder, "worker-*.txt")) {
            for (Path output : outputs) {
                count += Files.readAllLines(output).stream()
                        .filter(line -> line.contains(words))
                        .count();
            }
        }
        return count;
    }

    private static long reports(UploadStore store) {
        return BUCKETS.stream()
                .flatMap(bucket -> store.versions(bucket, "fused/").stream())
                .filter(version -> version.key().endsWith(".json"))
                .count();
    }

    private static void eachIsThereOnce(
            UploadStore store, Map<String, byte[]> expected, Map<String, Map<String, String>> versions)
            throws IOException {
        List<String> written = new ArrayList<>();
        for (String bucket : BUCKETS) {
            for (ObjectVersion version : store.versions(bucket, "fused/")) {
                written.add(bucket + "/" + version.key());
            }
        }
        List<String> once = expected.keySet().stream()
                .flatMap(result -> Stream.of(result, report(result)))
                .toList();
        assertThat(written).containsExactlyInAnyOrderElementsOf(once);
        for (String result : expected.keySet()) {
            ResponseBytes<GetObjectResponse> picture = get(store, result);
            assertThat(picture.asByteArray()).as(result).isEqualTo(expected.get(result));
            assertThat(picture.response().metadata()).containsAllEntriesOf(versions.get(result));
            assertThat(picture.response().contentType()).isEqualTo("image/png");
            ResponseBytes<GetObjectResponse> report = get(store, report(result));
            assertThat(report.response().metadata()).containsAllEntriesOf(versions.get(result));
            JsonNode json = JsonMapper.shared().readTree(report.asByteArray());
            assertThat(json.get("faces").get("user").asInt()).isEqualTo(1);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.asByteArray()));
            assertThat(image.getWidth())
                    .isEqualTo(json.get("output").get("width").asInt());
            assertThat(image.getHeight())
                    .isEqualTo(json.get("output").get("height").asInt());
        }
    }

    private static String report(String picture) {
        return picture.substring(0, picture.lastIndexOf('.')) + ".json";
    }

    private static ResponseBytes<GetObjectResponse> get(UploadStore store, String result) {
        int slash = result.indexOf('/');
        return store.get(result.substring(0, slash), result.substring(slash + 1));
    }

    /** The same fusion by {@code POST /fuse}, which gives the same bytes. */
    private static byte[] fusedOverHttp(int port, byte[] template, byte[] user) throws Exception {
        Base64.Encoder encoder = Base64.getEncoder();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/fuse"))
                .header("Content-Type", "application/json")
                .header("Accept", "image/png")
                .POST(BodyPublishers.ofString("{\"template\":{\"base64\":\"" + encoder.encodeToString(template)
                        + "\"},\"user\":{\"base64\":\"" + encoder.encodeToString(user) + "\"}}"))
                .build();
        HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    /** The same fusion by the command line, which gives the same bytes. */
    private byte[] fusedByCommand(byte[] template, byte[] user) throws Exception {
        Path out = folder.resolve("out.png");
        Outcome fuse = JarProcess.run(
                folder,
                Map.of(),
                "fuse",
                "--template",
                Files.write(folder.resolve("template.png"), template).toString(),
                "--user",
                Files.write(folder.resolve("user.png"), user).toString(),
                "--out",
                out.toString());
        assertThat(fuse.exitCode()).as(fuse.err()).isZero();
        return Files.readAllBytes(out);
    }

    /** A sample at half its size, with a mark in the corner that tells the variants from each other. */
    private static byte[] small(String name, int variant) throws IOException {
        try (InputStream in = QueueIT.class.getResourceAsStream("/dev/facefuse/models/samples/" + name)) {
            BufferedImage whole = ImageIO.read(in);
            int width = whole.getWidth() / 2;
            int height = whole.getHeight() / 2;
            BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = half.createGraphics();
            graphics.drawImage(whole.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
            graphics.fillRect(0, 0, variant, variant);
            graphics.dispose();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(half, "png", out);
            return out.toByteArray();
        }
    }
}
