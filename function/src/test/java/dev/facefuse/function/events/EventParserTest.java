package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3-put|incoming/portrait/me.jpg",
                "s3-multipart|incoming/order-17/job.json",
                "s3-encoded|incoming/portrait/ich + du (größer).jpg",
                "s3-several|incoming/portrait/me.jpg;incoming/order-17/job.json;fused/order-17.jpg",
                "s3-removed|",
                "s3-result|fused/portrait/me.jpg.jpg",
                "s3-test|",
                "s3-in-sqs|incoming/portrait/me.jpg;incoming/order-17/job.json",
                "s3-in-sns|incoming/portrait/me.jpg",
                "s3-in-sns-posted|incoming/portrait/me.jpg",
                "s3-in-sns-in-sqs|incoming/portrait/me.jpg",
                "sns-subscription|",
                "eventbridge|incoming/portrait/ich + du.jpg",
                "eventbridge-deleted|",
                "eventbridge-in-sqs|incoming/order-17/job.json",
                "minio-put|incoming/portrait/me too.jpg",
                "minio-removed|",
                "cloudevent-s3|incoming/portrait/me.jpg",
                "cloudevent-s3-records|incoming/portrait/me.jpg",
                "cloudevent-s3-base64|incoming/portrait/me.jpg",
                "cloudevent-google|incoming/portrait/ich + du.jpg",
                "cloudevent-google-deleted|",
                "cloudevent-batch|incoming/portrait/me.jpg;incoming/portrait/ich + du.jpg",
                "google-data|incoming/portrait/ich + du.jpg",
                "oss-function|incoming/portrait/我 + 你.jpg",
                "oss-function-removed|",
                "oss-eventbridge|incoming/portrait/me.jpg"
            })
    void findsTheUploads(String sample, String keys) {
        assertThat(EventParser.parse(Samples.event(sample)).uploads())
                .allMatch(upload -> upload.bucket().equals("photos"))
                .extracting(Upload::key)
                .containsExactly(keys == null ? new String[0] : keys.split(";"));
    }

    @Test
    void everySampleIsLookedAt() throws NoSuchMethodException {
        String[] rows = EventParserTest.class
                .getDeclaredMethod("findsTheUploads", String.class, String.class)
                .getAnnotation(CsvSource.class)
                .value();
        assertThat(rows).extracting(row -> row.substring(0, row.indexOf('|'))).containsExactlyElementsOf(Samples.NAMES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "7",
                "null",
                "\"s3\"",
                "{\"Records\": 7}",
                "{\"template\": {\"base64\": \"\"}}",
                "{\"specversion\": \"1.0\", \"type\": \"com.example\", \"data\": {}}",
                "{\"specversion\": \"1.0\", \"type\": \"com.example\"}",
                "{\"specversion\": \"1.0\", \"type\": \"com.example\", \"data_base64\": \"*\"}",
                "{\"Type\": \"Notification\", \"Message\": \"not JSON\"}",
                "{\"Type\": \"Notification\"}"
            })
    void saysWhatIsNoEvent(String body) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> EventParser.parse(Event.of(EventJson.read(body))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void aByteOrderMarkIsPassedOver() throws IOException {
        assertThat(EventJson.read(new ByteArrayInputStream("\uFEFF[7]".getBytes(StandardCharsets.UTF_8)))
                        .path(0)
                        .asInt())
                .isEqualTo(7);
    }

    /** Broken UTF-32 is no fault of the stream. */
    @Test
    void otherEncodingsAreNoEvent() {
        byte[] broken = "{}".getBytes(Charset.forName("UTF-32BE"));
        broken[4] = 0x7F;
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> EventJson.read(new ByteArrayInputStream(broken)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void oneBadItemDoesNotHoldTheOthersBack() {
        String body = """
                {"Records": [{"eventSource": "aws:sqs", "body": "hello"}, 7, {"eventName": "ObjectCreated:Put", "s3": {"bucket":
                 {"name": "photos"}, "object": {"key": ""}}}, {"eventName": "ObjectCreated:Put", "s3": {"bucket":
                 {"name": "photos"}, "object": {"key": "a"}}}]}""";
        EventParser.ParsedEvent parsed = EventParser.parse(Event.of(EventJson.read(body)));
        assertThat(parsed.uploads()).containsExactly(new Upload("photos", "a"));
        assertThat(parsed.unknownItems()).isEqualTo(2);
    }

    /** The key first that is more likely, then the other one; null where there is no doubt. */
    @ParameterizedTest
    @CsvSource({
        "plain.jpg, plain.jpg,",
        "a+b.jpg, a b.jpg, a+b.jpg",
        "a%20b.jpg, a b.jpg, a%20b.jpg",
        "a%2Bb.jpg, a+b.jpg, a%2Bb.jpg",
        "gr%C3%B6%C3%9Fer.jpg, größer.jpg, gr%C3%B6%C3%9Fer.jpg",
        "größer.jpg, größer.jpg,",
        "100%.jpg, 100%.jpg,",
        "100% me+you.jpg, 100% me+you.jpg,",
        "%zz.jpg, %zz.jpg,",
        "a%2, a%2,",
        "50%ff.jpg, 50%ff.jpg, 50\uFFFD.jpg",
        "%E4.jpg, %E4.jpg, \uFFFD.jpg"
    })
    void aKeyMayBeEncodedOrNot(String sent, String key, String otherKey) {
        String event =
                "{\"eventName\": \"ObjectCreated:Put\", \"s3\": {\"bucket\": {\"name\": \"photos\"}, \"object\": {\"key\": \""
                        + sent + "\"}}}";
        assertThat(EventParser.parse(Event.of(EventJson.read(event))).uploads())
                .containsExactly(new Upload("photos", key, otherKey));
    }

    @Test
    void anEventHasNoMoreValuesThanRecordsNeed() {
        String body = "[" + "{},".repeat(150_000) + "{}]";
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> EventJson.read(body))
                .withMessageContaining("send fewer uploads in an event")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void envelopesEndSomewhere() {
        String record =
                "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}";
        assertThat(EventParser.parse(Event.of(EventJson.read("[".repeat(5) + record + "]".repeat(5))))
                        .uploads())
                .hasSize(1);
        assertThat(EventParser.parse(Event.of(EventJson.read("[".repeat(20) + record + "]".repeat(20))))
                        .uploads())
                .isEmpty();
    }

    @Test
    void aGoogleObjectIsOnlyOneWithItsType() {
        assertThat(EventParser.parse(new Event(
                                Samples.event("google-data").body(),
                                Map.of("type", "google.cloud.storage.object.v1.archived")))
                        .uploads())
                .isEmpty();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() ->
                        EventParser.parse(Event.of(Samples.event("google-data").body())));
    }
}
