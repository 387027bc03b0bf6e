package dev.facefuse.function.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Against a server that speaks S3, and against one that does not do what it should. */
@Timeout(60)
class S3StoreTest {
    private static final StorageSettings.Timeouts IMPATIENT =
            new StorageSettings.Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(20), 1);

    private static S3Server server;
    private static S3Store store;

    @BeforeAll
    static void start() {
        server = new S3Server("photos");
        store = new S3Store(server.settings(StorageSettings.Addressing.AUTO), StorageSettings.Timeouts.DEFAULT);
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
    }

    @Test
    void readsWhatWasWritten() {
        S3Location place = at("round/trip.jpg");
        byte[] bytes = bytes("x".repeat(100_000));
        NewObject object = new NewObject(bytes, "image/jpeg", Map.of("facefuse-version", "0.1.0"));
        assertThat(store.write(place, object, WriteCondition.NONE)).isTrue();
        StoredObject read = store.read(place, bytes.length);
        assertThat(read.bytes()).isEqualTo(bytes);
        assertThat(read.state().metadata()).containsEntry("facefuse-version", "0.1.0");
        assertThat(read.state().etag()).matches("[0-9a-f]{32}");
        assertThat(store.find(place)).contains(read.state());
        assertThat(server.head("photos", "round/trip.jpg").orElseThrow().contentType())
                .isEqualTo("image/jpeg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with space.jpg", "plus+and%20percent.jpg", "größe/照片.jpg", "q?x=1#f.jpg", "it's (1)!*~.jpg"})
    void aKeyIsWhatItIs(String key) {
        server.put("photos", key, bytes(key));
        assertThat(store.read(at(key), 100).bytes()).isEqualTo(bytes(key));
        assertThat(store.find(at(key))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "http://store.example:9000, AUTO, http://store.example:9000/photos/a",
        "http://store.example:9000, PATH, http://store.example:9000/photos/a",
        "http://store.example:9000, VIRTUAL, http://photos.store.example:9000/a",
        ", AUTO, https://photos.s3.eu-central-1.amazonaws.com/a",
        ", PATH, https://s3.eu-central-1.amazonaws.com/photos/a"
    })
    void theBucketsNameGoesWhereItIsWanted(URI endpoint, StorageSettings.Addressing addressing, String url) {
        StorageSettings.S3 settings = new StorageSettings.S3(endpoint, "eu-central-1", addressing);
        try (S3Client client = S3Clients.open(settings, StorageSettings.Timeouts.DEFAULT)) {
            assertThat(client.utilities()
                            .getUrl(request -> request.bucket("photos").key("a")))
                    .hasToString(url);
        }
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(store.find(at("missing"))).isEmpty();
        refuses(ErrorCode.STORAGE_NOT_FOUND, "s3://photos/missing does not exist", () -> store.read(at("missing"), 1));
        S3Location nowhere = new S3Location("no-such-bucket", "a");
        refuses(ErrorCode.STORAGE_NOT_FOUND, "s3://no-such-bucket/a", () -> store.read(nowhere, 1));
        refuses(
                ErrorCode.STORAGE_NOT_FOUND,
                "s3://no-such-bucket/a",
                () -> store.write(nowhere, object("a"), WriteCondition.NONE));
    }

    @Test
    void readsUpToTheLimit() {
        server.put("photos", "ten", new byte[10]);
        assertThat(store.read(at("ten"), 10).bytes()).hasSize(10);
        refuses(ErrorCode.PICTURE_TOO_LARGE, "s3://photos/ten has more than 9 bytes", () -> store.read(at("ten"), 9));
        server.put("photos", "empty", new byte[0]);
        assertThat(store.read(at("empty"), 10).bytes()).isEmpty();
    }

    @Test
    void createsOnce() {
        assertThat(store.write(at("once"), object("first"), WriteCondition.ABSENT))
                .isTrue();
        assertThat(store.write(at("once"), object("second"), WriteCondition.ABSENT))
                .isFalse();
        assertThat(server.get("photos", "once")).isEqualTo(bytes("first"));
    }

    @Test
    void oneOfManyCreates() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> writes = IntStream.range(0, 16)
                    .<Callable<Boolean>>mapToObj(
                            i -> () -> store.write(at("race"), object("w" + i), WriteCondition.ABSENT))
                    .toList();
            int written = 0;
            for (Future<Boolean> write : threads.invokeAll(writes)) {
                written += write.get() ? 1 : 0;
            }
            assertThat(written).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void replacesOnlyWhatWasSeen() {
        store.write(at("versions"), object("first"), WriteCondition.NONE);
        String first = store.find(at("versions")).orElseThrow().etag();
        assertThat(store.write(at("versions"), object("second"), new WriteCondition.Same(first)))
                .isTrue();
        assertThat(store.write(at("versions"), object("third"), new WriteCondition.Same(first)))
                .isFalse();
        assertThat(server.get("photos", "versions")).isEqualTo(bytes("second"));
        assertThat(store.write(at("never"), object("x"), new WriteCondition.Same(first)))
                .isFalse();
    }

    @Test
    void saysThatThereAreNoCredentials() {
        assumeTrue(System.getenv("AWS_ACCESS_KEY_ID") == null, "the environment has some");
        String key = System.clearProperty("aws.accessKeyId");
        System.setProperty("aws.disableEc2Metadata", "true");
        try (S3Store nobody =
                new S3Store(server.settings(StorageSettings.Addressing.AUTO), StorageSettings.Timeouts.DEFAULT)) {
            refuses(ErrorCode.STORAGE_DENIED, "no credentials were found", () -> nobody.read(at("a"), 10));
        } finally {
            System.setProperty("aws.accessKeyId", key);
            System.clearProperty("aws.disableEc2Metadata");
        }
    }

    @Test
    void aRequestThatWasTooSlowMayPass() {
        String body = "<?xml version=\"1.0\"?><Error><Code>RequestTimeout</Code><Message>slow</Message></Error>";
        try (StubServer stub = new StubServer(exchange -> {
                    exchange.sendResponseHeaders(400, body.length());
                    exchange.getResponseBody().write(bytes(body));
                });
                S3Store stubbed = store(stub, IMPATIENT)) {
            refuses(ErrorCode.TIMEOUT, "try again later", () -> stubbed.read(at("a"), 10));
        }
    }

    @Test
    void asksTheStoreToCompareVersions() {
        try (StubServer stub = new StubServer(exchange -> {
                    assertThat(exchange.getRequestHeaders().getFirst("If-Match"))
                            .isEqualTo("\"abc\"");
                    exchange.sendResponseHeaders(412, -1);
                });
                S3Store stubbed = store(stub, IMPATIENT)) {
            assertThat(stubbed.write(at("a"), object("a"), new WriteCondition.Same("abc")))
                    .isFalse();
        }
    }

    @Test
    void aVersionThatIsGoneIsNotReplaced() {
        try (StubServer stub = new StubServer(StubServer.Answer.status(404));
                S3Store stubbed = store(stub, IMPATIENT)) {
            assertThat(stubbed.write(at("a"), object("a"), new WriteCondition.Same("abc")))
                    .isFalse();
        }
    }

    @Test
    void aStoreWithoutConditionsIsWrittenWithoutThem() {
        try (StubServer stub = new StubServer(exchange -> exchange.sendResponseHeaders(
                        exchange.getRequestHeaders().containsKey("If-None-Match") ? 501 : 200, -1));
                S3Store stubbed = store(stub, IMPATIENT)) {
            assertThat(stubbed.write(at("a"), object("a"), WriteCondition.ABSENT))
                    .isTrue();
            assertThat(stub.requests).hasSize(2);
        }
    }

    @Test
    void wrongCredentialsAreRefused() {
        String secret = System.setProperty("aws.secretAccessKey", "wrong");
        try (S3Store stranger =
                new S3Store(server.settings(StorageSettings.Addressing.AUTO), StorageSettings.Timeouts.DEFAULT)) {
            refuses(ErrorCode.STORAGE_DENIED, "s3://photos/ten may not be read", () -> stranger.read(at("ten"), 10));
            refuses(
                    ErrorCode.STORAGE_DENIED,
                    "s3://photos/ten may not be written",
                    () -> stranger.write(at("ten"), object("x"), WriteCondition.NONE));
        } finally {
            System.setProperty("aws.secretAccessKey", secret);
        }
    }

    @Test
    void triesAgainWhatMayPass() {
        int[] count = {0};
        try (StubServer stub = new StubServer(exchange -> {
                    if (++count[0] < 3) {
                        exchange.sendResponseHeaders(503, -1);
                    } else {
                        StubServer.Answer.bytes(bytes("ok")).to(exchange);
                    }
                });
                S3Store stubbed = store(stub, StorageSettings.Timeouts.DEFAULT)) {
            assertThat(stubbed.read(at("a"), 10).bytes()).isEqualTo(bytes("ok"));
            assertThat(stub.requests).hasSize(3);
        }
    }

    @Test
    void triesAgainABodyThatEndsTooEarly() {
        int[] count = {0};
        try (StubServer stub = new StubServer(exchange -> (++count[0] < 2
                                ? StubServer.Answer.truncated(10, bytes("half"))
                                : StubServer.Answer.bytes(bytes("0123456789")))
                        .to(exchange));
                S3Store stubbed = store(stub, StorageSettings.Timeouts.DEFAULT)) {
            assertThat(stubbed.read(at("a"), 10).bytes()).isEqualTo(bytes("0123456789"));
        }
    }

    @Test
    void doesNotTryForEver() {
        try (StubServer stub = new StubServer(StubServer.Answer.status(503));
                S3Store stubbed = store(stub, IMPATIENT)) {
            refuses(ErrorCode.TIMEOUT, "(the store answers 503)", () -> stubbed.read(at("a"), 10));
            assertThat(stub.requests).hasSize(1);
        }
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (StubServer stub = new StubServer(exchange -> await(end));
                S3Store stubbed = store(stub, IMPATIENT)) {
            refuses(ErrorCode.TIMEOUT, "did not answer in time", () -> stubbed.read(at("a"), 10));
            end.countDown();
        }
    }

    @Test
    void anEndlessBodyEndsAtTheLimit() {
        try (StubServer stub = new StubServer(StubServer.Answer.endless());
                S3Store stubbed = store(stub, IMPATIENT)) {
            refuses(ErrorCode.PICTURE_TOO_LARGE, "s3://photos/a has more than", () -> stubbed.read(at("a"), 1 << 20));
        }
    }

    @Test
    void aDeclaredLengthIsBelievedBeforeAByteIsRead() {
        try (StubServer stub = new StubServer(StubServer.Answer.truncated(10L << 30, bytes("never mind")));
                S3Store stubbed = store(stub, IMPATIENT)) {
            refuses(ErrorCode.PICTURE_TOO_LARGE, "s3://photos/a has more than", () -> stubbed.read(at("a"), 1 << 20));
            assertThat(stub.requests).hasSize(1);
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedWithoutItsAddress() {
        StubServer gone = new StubServer(StubServer.Answer.status(200));
        gone.close();
        try (S3Store stubbed = store(gone, IMPATIENT)) {
            refuses(ErrorCode.TIMEOUT, "s3://photos/a cannot be read now", () -> stubbed.read(at("a"), 10));
        }
    }

    @Test
    void anEndpointThatTheSdkFindsCountsAsOnesOwn() {
        assertThat(S3Clients.isOwn(name -> null, name -> null)).isFalse();
        assertThat(S3Clients.isOwn(name -> name.equals("AWS_ENDPOINT_URL_S3") ? "x" : null, name -> null))
                .isTrue();
        assertThat(S3Clients.isOwn(name -> null, name -> name.equals("aws.endpointUrl") ? "x" : null))
                .isTrue();
    }

    private static S3Store store(StubServer stub, StorageSettings.Timeouts patience) {
        return new S3Store(new StorageSettings.S3(stub.endpoint(), null, StorageSettings.Addressing.PATH), patience);
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuses(ErrorCode code, String says, ThrowingCallable call) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(call)
                .withMessageContaining(says)
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.getMessage())
                            .doesNotContain("127.0.0.1", "test-key")
                            .endsWith(".");
                });
    }

    private static S3Location at(String key) {
        return new S3Location("photos", key);
    }

    private static NewObject object(String text) {
        return new NewObject(bytes(text), "text/plain", Map.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
