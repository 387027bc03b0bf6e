package dev.facefuse.function.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Await;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.broker.RabbitServer;
import dev.facefuse.function.storage.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/** A worker between a real broker and a bucket; each test has a queue of its own. */
@Timeout(120)
class QueueWorkerTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger EXCHANGES = new AtomicInteger();
    private static final long TAKE_MILLIS = 30_000;
    private static final String RESULT = "fused/portrait/me.jpg.jpg";

    @TempDir
    static Path folder;

    private static RabbitServer broker;
    private static S3Server s3;

    private final FakeEngine engine = new FakeEngine();
    private final String exchange = "test-" + EXCHANGES.incrementAndGet();

    @BeforeAll
    static void startServers() {
        assumeTrue(RabbitServer.isInstalled(), "RabbitMQ is not installed (Debian: rabbitmq-server)");
        broker = new RabbitServer(folder).start();
    }

    @AfterAll
    static void stopServers() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void pictures() {
        s3 = new S3Server("photos");
        s3.put("photos", "templates/portrait.png", bytes("t"));
        s3.put("photos", "incoming/portrait/me.jpg", bytes("u"));
    }

    @AfterEach
    void closeBucket() {
        s3.close();
    }

    @Test
    void anEventBecomesAResultOnce() throws Exception {
        AtomicInteger fusions = counted();
        try (QueueWorker worker = start(Map.of())) {
            assertThat(worker.queue()).isEqualTo(exchange + ".uploads");
            publish(sample("s3-put"));
            publish(sample("s3-put"));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
        }
        assertThat(s3.get("photos", RESULT)).isEqualTo(bytes("t+u"));
        assertThat(s3.keys("photos")).contains("fused/portrait/me.jpg.json");
        // One may have been left for the next worker.
        try (QueueWorker next = start(Map.of())) {
            broker.awaitTaken(next.queue());
        }
        assertThat(fusions).hasValue(1);
        assertThat(broker.poll(exchange + ".uploads")).isNull();
        assertThat(broker.poll(exchange + ".uploads.retry")).isNull();
        assertThat(broker.poll(exchange + ".uploads.dlq")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloudEvents_", "cloudEvents:"})
    void cloudEventsComeBinary(String prefix) throws Exception {
        s3.put("photos", "incoming/portrait/ich + du.jpg", bytes("v"));
        MessageProperties properties = new MessageProperties();
        properties.setContentType("application/json");
        properties.setHeader(prefix + "specversion", "1.0");
        properties.setHeader(prefix + "id", "1");
        properties.setHeader(prefix + "source", "//storage.googleapis.com/projects/_/buckets/photos");
        properties.setHeader(prefix + "type", "google.cloud.storage.object.v1.finalized");
        try (QueueWorker worker = start(Map.of())) {
            assertThat(worker.port()).isPositive();
            broker.publish(exchange, "any", new Message(sample("google-data"), properties));
            Await.until("a result", () -> s3.get("photos", "fused/portrait/ich + du.jpg.jpg") != null);
        }
    }

    @Test
    void cloudEventsComeStructured() throws Exception {
        MessageProperties properties = new MessageProperties();
        properties.setContentType("application/cloudevents+json; charset=UTF-8");
        try (QueueWorker worker = start(Map.of())) {
            assertThat(worker.port()).isPositive();
            broker.publish(exchange, "any", new Message(sample("cloudevent-s3"), properties));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
        }
    }

    @Test
    void aFusionIsPartOfTheMessagesTrace() throws Exception {
        AtomicReference<String> trace = new AtomicReference<>();
        engine.then = result -> {
            trace.set(MDC.get("trace_id"));
            return result;
        };
        MessageProperties properties = new MessageProperties();
        properties.setHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        try (QueueWorker worker = start(Map.of("facefuse.tracing", true))) {
            assertThat(worker.port()).isPositive();
            broker.publish(exchange, "any", new Message(sample("s3-put"), properties));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
        }
        assertThat(trace).hasValue("0af7651916cd43dd8448eb211c80319c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "{}", ""})
    void whatIsNoEventIsADeadLetterAtOnce(String body) throws Exception {
        AtomicInteger fusions = counted();
        try (QueueWorker worker = start(Map.of())) {
            MessageProperties properties = new MessageProperties();
            properties.setHeader("origin", "somewhere");
            broker.publish(exchange, "any", new Message(bytes(body), properties));
            Message dead = broker.take(worker.queue() + ".dlq", TAKE_MILLIS);
            assertThat(dead.getBody()).isEqualTo(bytes(body));
            assertThat(dead.getMessageProperties().getHeaders())
                    .containsEntry(UploadConsumer.CODE, "bad-request")
                    .containsEntry("origin", "somewhere")
                    .doesNotContainKey(UploadConsumer.TRIES)
                    .hasEntrySatisfying(UploadConsumer.DETAIL, detail -> assertThat((String) detail)
                            .endsWith("."));
        }
        assertThat(fusions).hasValue(0);
    }

    @Test
    void whatIsPackedIsNotUnpacked() throws Exception {
        try (QueueWorker worker = start(Map.of())) {
            MessageProperties properties = new MessageProperties();
            properties.setContentEncoding("gzip");
            broker.publish(exchange, "any", new Message(sample("s3-put"), properties));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
            assertThat(broker.poll(worker.queue() + ".dlq")).isNull();
        }
    }

    @Test
    void anIllFatedUploadIsDone() throws Exception {
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "There is no face.");
        };
        try (QueueWorker worker = start(Map.of())) {
            publish(sample("s3-put"));
            Await.until("an error object", () -> s3.get("photos", "fused/portrait/me.jpg.error.json") != null);
            broker.awaitTaken(worker.queue());
            assertThat(broker.poll(worker.queue() + ".dlq")).isNull();
        }
    }

    @Test
    void whatMayPassIsTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        engine.then = result -> {
            if (tries.incrementAndGet() < 3) {
                throw new FuseException(ErrorCode.OUT_OF_MEMORY, "Not now.");
            }
            return result;
        };
        try (QueueWorker worker = start(Map.of("facefuse.queue.retry-delay", "50ms"))) {
            publish(sample("s3-put"));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
            assertThat(broker.poll(worker.queue() + ".dlq")).isNull();
        }
        assertThat(tries).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"out-of-memory", "internal-server-error"})
    void whatDoesNotPassEndsAmongTheDeadLetters(String code) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        engine.then = result -> {
            tries.incrementAndGet();
            throw code.equals("out-of-memory")
                    ? new FuseException(ErrorCode.OUT_OF_MEMORY, "Not now.")
                    : new IllegalStateException("A defect");
        };
        try (QueueWorker worker = start(Map.of("facefuse.queue.retry-delay", "50ms", "facefuse.queue.tries", 3))) {
            publish(sample("s3-put"));
            Message dead = broker.take(worker.queue() + ".dlq", TAKE_MILLIS);
            assertThat(dead.getBody()).isEqualTo(sample("s3-put"));
            assertThat(dead.getMessageProperties().getHeaders())
                    .containsEntry(UploadConsumer.CODE, code)
                    .doesNotContainKey(UploadConsumer.TRIES);
        }
        assertThat(tries).hasValue(3);
        assertThat(s3.keys("photos")).noneMatch(key -> key.startsWith("fused/"));
    }

    @Test
    void whatWaitsForItsNextTryIsInNobodysWay() throws Exception {
        s3.put("photos", "incoming/portrait/ill.jpg", bytes("ill"));
        engine.then = result -> {
            if (result.picture().length > 3) {
                throw new FuseException(ErrorCode.TIMEOUT, "Not now.");
            }
            return result;
        };
        try (QueueWorker worker = start(Map.of("facefuse.queue.retry-delay", "1h"))) {
            publish(bytes(new String(sample("s3-put"), StandardCharsets.UTF_8).replace("me.jpg", "ill.jpg")));
            publish(sample("s3-put"));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
            broker.awaitWaiting(worker.queue() + ".retry", 1);
        }
    }

    @Test
    void holdsAsManyAsItFuses() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        engine.then = result -> {
            begun.countDown();
            return after(release, result);
        };
        try (QueueWorker worker = start(Map.of("facefuse.admission.permits", 2))) {
            for (int i = 0; i < 5; i++) {
                s3.put("photos", "incoming/portrait/me" + i + ".jpg", bytes("u"));
                publish(bytes(
                        new String(sample("s3-put"), StandardCharsets.UTF_8).replace("me.jpg", "me" + i + ".jpg")));
            }
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            broker.awaitWaiting(worker.queue(), 3);
            release.countDown();
            Await.until(
                    "five results",
                    () -> s3.keys("photos").stream()
                                    .filter(key -> key.startsWith("fused/") && key.endsWith(".json"))
                                    .count()
                            == 5);
        }
    }

    @Test
    void endsWhatItBegan() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        engine.then = result -> {
            begun.countDown();
            return after(release, result);
        };
        try (QueueWorker worker = start(Map.of())) {
            publish(sample("s3-put"));
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
            Await.until("the stop", () -> isStopping(worker));
            assertThat(engine.closed).isFalse();
            release.countDown();
            closing.get(60, TimeUnit.SECONDS);
        }
        assertThat(engine.closed).isTrue();
        assertThat(s3.get("photos", RESULT)).isEqualTo(bytes("t+u"));
        // Acknowledged: with the connection gone it would be back.
        assertThat(broker.poll(exchange + ".uploads")).isNull();
    }

    @Test
    void whatWorkersDieOfIsADeadLetterInTheEnd() throws Exception {
        start(Map.of("facefuse.queue.redeliveries", 2)).close();
        publish(sample("s3-put"));
        String queue = exchange + ".uploads";
        for (int death = 0; death < 3; death++) {
            broker.takeAndDie(queue);
        }
        Message dead = broker.take(queue + ".dlq", TAKE_MILLIS);
        assertThat(dead.getBody()).isEqualTo(sample("s3-put"));
        assertThat(dead.getMessageProperties().getXDeathHeader().get(0).get("reason"))
                .isEqualTo("delivery_limit");
    }

    @Test
    void waitsForTheBroker(@TempDir Path other) throws Exception {
        try (RabbitServer late = new RabbitServer(other);
                QueueWorker worker = start(Map.of("spring.rabbitmq.addresses", late.address()))) {
            assertThat(health(worker, "liveness")).isEqualTo(200);
            assertThat(health(worker, "readiness")).isEqualTo(503);
            late.start();
            Await.until("readiness", () -> health(worker, "readiness") == 200);
            Await.until("a queue", () -> late.queue(worker.queue()) != null);
            late.publish(exchange, "any", new Message(sample("s3-put")));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
            late.stop();
            assertThat(health(worker, "liveness")).isEqualTo(200);
            assertThat(health(worker, "readiness")).isEqualTo(503);
            late.start();
            s3.put("photos", "incoming/portrait/me.jpg", bytes("v"));
            late.publish(exchange, "any", new Message(sample("s3-put")));
            Await.until("the other result", () -> new String(s3.get("photos", RESULT), StandardCharsets.UTF_8)
                    .equals("t+v"));
            assertThat(health(worker, "readiness")).isEqualTo(200);
        }
    }

    @Test
    void anOperatorMayDeclareAll() throws Exception {
        try (QueueWorker worker = start(Map.of("spring.rabbitmq.dynamic", false))) {
            assertThat(health(worker, "readiness")).isEqualTo(200);
            assertThat(broker.queue(worker.queue())).isNull();
        }
        start(Map.of()).close();
        try (QueueWorker worker = start(Map.of("spring.rabbitmq.dynamic", false))) {
            assertThat(worker.port()).isPositive();
            publish(sample("s3-put"));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
        }
    }

    @Test
    void aQueueThatIsThereStaysAsItIs() throws Exception {
        start(Map.of("facefuse.queue.redeliveries", 2)).close();
        broker.delete(exchange + ".uploads.dlq");
        try (QueueWorker worker = start(Map.of("facefuse.queue.redeliveries", 3))) {
            assertThat(health(worker, "readiness")).isEqualTo(200);
            publish(sample("s3-put"));
            Await.until("a result", () -> s3.get("photos", RESULT) != null);
            // The declarations after it are made all the same.
            assertThat(broker.poll(worker.queue() + ".dlq")).isNull();
        }
    }

    @Test
    void answersHealthAndMetricsOnly() throws Exception {
        try (QueueWorker worker = start(Map.of())) {
            assertThat(health(worker, "readiness")).isEqualTo(200);
            assertThat(get(worker, "/actuator/prometheus").body()).contains("facefuse_drift_total");
            assertThat(get(worker, "/fuse").statusCode()).isEqualTo(404);
            assertThat(get(worker, "/events").statusCode()).isEqualTo(404);
            assertThat(get(worker, "/").statusCode()).isEqualTo(404);
            assertThat(get(worker, "/page/page.js").statusCode()).isEqualTo(404);
        }
    }

    private QueueWorker start(Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(s3.httpSettings("s3://photos/incoming/,s3://photos/templates/", "s3://photos/fused/"));
        settings.put("spring.rabbitmq.addresses", broker.address());
        settings.put("facefuse.queue.exchange", exchange);
        settings.putAll(more);
        return QueueWorker.start(settings, engine::open);
    }

    private AtomicInteger counted() {
        AtomicInteger fusions = new AtomicInteger();
        engine.then = result -> {
            fusions.incrementAndGet();
            return result;
        };
        return fusions;
    }

    private static FuseResult after(CountDownLatch latch, FuseResult result) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return result;
    }

    private void publish(byte[] body) {
        broker.publish(exchange, "any", new Message(body));
    }

    private static boolean isStopping(QueueWorker worker) throws Exception {
        try {
            return health(worker, "readiness") != 200;
        } catch (IOException e) {
            return true;
        }
    }

    private static int health(QueueWorker worker, String group) throws Exception {
        return get(worker, "/actuator/health/" + group).statusCode();
    }

    private static HttpResponse<String> get(QueueWorker worker, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + worker.port() + path);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                QueueWorkerTest.class.getResourceAsStream("/dev/facefuse/function/events/" + name + ".json")) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
