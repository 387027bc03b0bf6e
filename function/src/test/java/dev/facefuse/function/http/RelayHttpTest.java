package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.broker.EventMessage;
import dev.facefuse.function.broker.RabbitServer;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import tools.jackson.databind.JsonNode;

/** The relay puts events into the queue of a real broker. Each test has a queue of its own. */
@Timeout(120)
class RelayHttpTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger EXCHANGES = new AtomicInteger();
    private static final long TAKE_MILLIS = 30_000;

    @TempDir
    static Path folder;

    private static RabbitServer broker;

    private final FakeEngine engine = new FakeEngine();
    private final String exchange = "relay-" + EXCHANGES.incrementAndGet();
    private final String queue = exchange + ".uploads";
    private HttpServer server;

    @BeforeAll
    static void startBroker() {
        assumeTrue(RabbitServer.isInstalled(), "RabbitMQ is not installed (Debian: rabbitmq-server)");
        broker = new RabbitServer(folder).start();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void start() {
        server = serve(false);
    }

    private HttpServer serve(boolean tracing) {
        return HttpServer.start(
                Map.of(
                        "server.port",
                        0,
                        "facefuse.events.relay",
                        true,
                        "facefuse.queue.exchange",
                        exchange,
                        "spring.rabbitmq.addresses",
                        broker.address(),
                        "facefuse.tracing",
                        tracing,
                        "logging.level.root",
                        "OFF"),
                engine::open);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void respondsOnceTheEventIsInTheQueue() throws Exception {
        HttpResponse<String> response = post(sample("minio-put"), "Content-Type", "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        Message message = broker.take(queue, TAKE_MILLIS);
        assertThat(EventMessage.read(message)).isEqualTo(Event.of(json(sample("minio-put"))));
        assertThat(message.getMessageProperties().getReceivedDeliveryMode()).isEqualTo(MessageDeliveryMode.PERSISTENT);
        assertThat(message.getMessageProperties().<Object>getHeader("traceparent"))
                .isNull();
        assertThat(engine.request).isNull();
    }

    @Test
    void anEventIsPartOfTheCallersTrace() throws Exception {
        server.close();
        server = serve(true);
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertThat(post(sample("minio-put"), "traceparent", parent).statusCode())
                .isEqualTo(204);
        MessageProperties properties = broker.take(queue, TAKE_MILLIS).getMessageProperties();
        assertThat(properties.<Object>getHeader("traceparent")).isEqualTo(parent);
    }

    @Test
    void aCloudEventKeepsItsAttributes() throws Exception {
        HttpResponse<String> response = post(
                sample("google-data"),
                "ce-specversion",
                "1.0",
                "ce-type",
                "google.cloud.storage.object.v1.finalized",
                "ce-subject",
                "objects/incoming/portrait/ich%20%2B%20du.jpg");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(EventMessage.read(broker.take(queue, TAKE_MILLIS)).attributes())
                .isEqualTo(Map.of(
                        "specversion", "1.0",
                        "type", "google.cloud.storage.object.v1.finalized",
                        "subject", "objects/incoming/portrait/ich + du.jpg"));
    }

    @Test
    void doesNotQueueAnEventWithTooManyUploads() throws Exception {
        StringJoiner records = new StringJoiner(",", "{\"Records\":[", "]}");
        for (int i = 0; i < 1001; i++) {
            records.add(
                    "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"incoming/a/"
                            + i + "\"}}}");
        }
        HttpResponse<String> response = post(bytes(records.toString()), "Content-Type", "application/json");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("send at most 1000 in an event");
        assertThat(post(sample("minio-put")).statusCode()).isEqualTo(204);
        assertThat(EventMessage.read(broker.take(queue, TAKE_MILLIS))).isEqualTo(Event.of(json(sample("minio-put"))));
    }

    @Test
    void isNeverBusy() throws Exception {
        engine.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(7));
        assertThat(post(sample("s3-put")).statusCode()).isEqualTo(204);
    }

    @Test
    void rejectsInvalidEvents() throws Exception {
        assertThat(post(bytes("hello")).statusCode()).isEqualTo(400);
        assertThat(post(bytes("{\"x\":\"" + "x".repeat(1 << 20) + "\"}")).statusCode())
                .isEqualTo(413);
        assertThat(post(sample("s3-put")).statusCode()).isEqualTo(204);
        broker.awaitWaiting(queue, 1);
    }

    @Test
    void asksForRedeliveryIfNoQueueTakesTheEvent() throws Exception {
        assertThat(post(sample("s3-put")).statusCode()).isEqualTo(204);
        broker.delete(queue);
        comesAgain(post(sample("s3-put")));
    }

    @Test
    void asksForRedeliveryWithoutABroker() throws Exception {
        assertThat(post(sample("s3-put")).statusCode()).isEqualTo(204);
        broker.stop();
        comesAgain(post(sample("s3-put")));
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        broker.start();
        assertThat(post(sample("s3-put")).statusCode()).isEqualTo(204);
        // The first outlived the broker.
        broker.awaitWaiting(queue, 2);
    }

    private static void comesAgain(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.body()).contains("\"code\":\"service-unavailable\"");
    }

    private HttpResponse<String> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/events")).POST(BodyPublishers.ofByteArray(body));
        if (!List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.port() + path);
    }

    private static JsonNode json(byte[] text) throws IOException {
        return EventJson.read(new ByteArrayInputStream(text));
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                RelayHttpTest.class.getResourceAsStream("/dev/facefuse/function/events/" + name + ".json")) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
