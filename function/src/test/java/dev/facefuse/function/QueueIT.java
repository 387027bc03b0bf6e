package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.function.broker.RabbitServer;
import dev.facefuse.function.storage.MinioServer;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Uploads to MinIO, through RabbitMQ, to workers that are killed: all real, each its own process. */
@Timeout(1200)
class QueueIT {
    private static final int UPLOADS = Integer.getInteger("facefuse.queue.uploads", 24);
    private static final int KILLS = Integer.getInteger("facefuse.queue.kills", 3);
    private static final long SEED = Long.getLong("facefuse.queue.seed", 1);

    private static final int SIGTERM_EXIT_CODE = 128 + 15;
    private static final int WORKERS = 2;
    private static final int VARIANTS = 4;
    private static final long RESULTS_NANOS = TimeUnit.MINUTES.toNanos(15);

    /** About a fusion with its storage: a kill may come at any time of one. */
    private static final int MOST_KILL_DELAY_MILLIS = 700;

    /** One tells of uploads by its webhook, through a relay; the other one goes to the broker itself. */
    private static final List<String> BUCKETS = List.of("hooked", "queued");

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    @Test
    void killedWorkersLoseNothingAndDoNothingTwice() throws Exception {
        assumeTrue(RabbitServer.isInstalled(), "RabbitMQ is not installed (Debian: rabbitmq-server)");
        Optional<Path> executable = MinioServer.executable();
        assumeTrue(executable.isPresent(), "MinIO is not installed (go install github.com/minio/minio@latest)");
        try (RabbitServer broker = new RabbitServer(Files.createDirectory(folder.resolve("broker"))).start();
                JarProcess relay = relay(broker);
                MinioServer minio = minio(executable.get(), broker, relay.port())) {
            List<JarProcess> workers = new ArrayList<>();
            try {
                for (int i = 0; i < WORKERS; i++) {
                    workers.add(worker(broker, minio));
                }
                long start = System.nanoTime();
                Map<String, byte[]> expected = new HashMap<>();
                Map<String, Map<String, String>> versions = new HashMap<>();
                upload(minio, expected, versions);
                kill(workers, broker, minio);
                Await.until("all results", RESULTS_NANOS, () -> reports(minio) >= UPLOADS);
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
                eachIsThereOnce(minio, expected, versions);
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

    private MinioServer minio(Path executable, RabbitServer broker, int relayPort) throws Exception {
        Path files = Files.createDirectory(folder.resolve("minio"));
        return new MinioServer(
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
    }

    private JarProcess worker(RabbitServer broker, MinioServer minio) throws IOException {
        Map<String, String> environment = minio.environment();
        environment.put("SPRING_RABBITMQ_ADDRESSES", broker.address());
        environment.put(
                "FACEFUSE_STORAGE_READ",
                "s3://hooked/incoming/,s3://hooked/templates/,s3://queued/incoming/,s3://queued/templates/");
        environment.put("FACEFUSE_STORAGE_WRITE", "s3://hooked/fused/,s3://queued/fused/");
        Path output = Files.createTempFile(folder, "worker-", ".txt");
        return JarProcess.start(output, environment, List.of(), "work");
    }

    /** Uploads photos of a few kinds to both buckets; says what each must become, and of which versions. */
    private void upload(MinioServer minio, Map<String, byte[]> expected, Map<String, Map<String, String>> versions)
            throws Exception {
        byte[] template = small("mona-lisa.jpg", 0);
        List<byte[]> users = new ArrayList<>();
        List<byte[]> results = new ArrayList<>();
        for (int variant = 0; variant < VARIANTS; variant++) {
            users.add(small("astronaut.png", variant));
            results.add(fused(template, users.get(variant)));
        }
        assertThat(results.stream().map(ByteBuffer::wrap).distinct()).hasSize(VARIANTS);
        Map<String, String> templates = new HashMap<>();
        minio.create("hooked", "RELAY:webhook");
        minio.create("queued", "BROKER:amqp");
        for (String bucket : BUCKETS) {
            templates.put(bucket, minio.put(bucket, "templates/portrait.png", template));
        }
        for (int i = 0; i < UPLOADS; i++) {
            String bucket = BUCKETS.get(i % BUCKETS.size());
            String name = "portrait/photo " + i + ".png";
            String version = minio.put(bucket, "incoming/" + name, users.get(i % VARIANTS));
            String result = bucket + "/fused/" + name + ".png";
            expected.put(result, results.get(i % VARIANTS));
            versions.put(
                    result, Map.of("facefuse-user-etag", version, "facefuse-template-etag", templates.get(bucket)));
        }
    }

    /** Kills one of the workers, at random moments while there is work, and starts another in its place. */
    private void kill(List<JarProcess> workers, RabbitServer broker, MinioServer minio) throws Exception {
        int[] moments = random.ints(KILLS, 1, UPLOADS - WORKERS).sorted().toArray();
        for (int moment : moments) {
            Await.until("result " + moment, RESULTS_NANOS, () -> reports(minio) >= moment);
            int victim = random.nextInt(WORKERS);
            workers.get(victim).port();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_KILL_DELAY_MILLIS)));
            workers.get(victim).kill();
            workers.set(victim, worker(broker, minio));
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

    private static long reports(MinioServer minio) {
        return BUCKETS.stream()
                .flatMap(bucket -> minio.versions(bucket, "fused/").stream())
                .filter(version -> version.key().endsWith(".json"))
                .count();
    }

    private static void eachIsThereOnce(
            MinioServer minio, Map<String, byte[]> expected, Map<String, Map<String, String>> versions)
            throws IOException {
        List<String> written = new ArrayList<>();
        for (String bucket : BUCKETS) {
            for (ObjectVersion version : minio.versions(bucket, "fused/")) {
                written.add(bucket + "/" + version.key());
            }
        }
        List<String> once = expected.keySet().stream()
                .flatMap(result -> Stream.of(result, report(result)))
                .toList();
        assertThat(written).containsExactlyInAnyOrderElementsOf(once);
        for (String result : expected.keySet()) {
            ResponseBytes<GetObjectResponse> picture = get(minio, result);
            assertThat(picture.asByteArray()).as(result).isEqualTo(expected.get(result));
            assertThat(picture.response().metadata()).containsAllEntriesOf(versions.get(result));
            assertThat(picture.response().contentType()).isEqualTo("image/png");
            ResponseBytes<GetObjectResponse> report = get(minio, report(result));
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

    private static ResponseBytes<GetObjectResponse> get(MinioServer minio, String result) {
        int slash = result.indexOf('/');
        return minio.get(result.substring(0, slash), result.substring(slash + 1));
    }

    /** What the same pictures become on the command line: the same bytes. */
    private byte[] fused(byte[] template, byte[] user) throws Exception {
        Path out = folder.resolve("out.png");
        Path output = folder.resolve("fuse.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        System.getProperty("packaged.jar"),
                        "fuse",
                        "--template",
                        Files.write(folder.resolve("template.png"), template).toString(),
                        "--user",
                        Files.write(folder.resolve("user.png"), user).toString(),
                        "--out",
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
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
