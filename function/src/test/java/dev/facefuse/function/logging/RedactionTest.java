package dev.facefuse.function.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET https://h/a.jpg?X-Amz-Signature=abc&b=c failed | GET https://h/a.jpg?*** failed",
                "s3://bucket/a.jpg?versionId=abc | s3://bucket/a.jpg?***",
                "POST /fuse?X-Amz-Signature=abc HTTP/1.1 | POST /fuse?*** HTTP/1.1",
                "Illegal character in query at index 9: https://h/a?Signature=abc | Illegal character in query at index 9:"
                        + " https://h/a?***",
                "Invalid character in [/a?sig=abc] | Invalid character in [/a?***]",
                "amqp://user:geheim@host:5672 | amqp://***@host:5672",
                "Authorization: Bearer abc | Authorization:***",
                "headers {\"authorization\":\"AWS4-HMAC-SHA256 Credential=AKIA\"} | headers {\"authorization\":***",
                "X-API-Key: abc | X-API-Key:***",
                "used Bearer abc.DEF-123 there | used Bearer *** there",
                "X-Amz-Signature=abc&x | X-Amz-Signature=***&x",
                "password=geheim, user=me | password=***, user=me"
            })
    void credentialsAndQueriesAreHidden(String text, String redacted) {
        assertThat(Redaction.of(text)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /fuse failed",
                "The face is too small? Send a larger one.",
                "Access is open to whoever reaches the port; facefuse.access.tokens would ask for a token.",
                "facefuse.storage.read is s3://photos/incoming/",
                "basic authentication is needed, authorization is missing",
                "/tmp/junit-123456/a/long/path/to/some/picture/of/somebody/that/nobody/would/take/for/base64.jpg",
                "java.lang.IllegalStateException: a\r\n\tat dev.facefuse.Some.method(Some.java:12)",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "Größe 2000×3000, AI生成 \u001b[31mred\u001b[0m",
                "[1, 2, 3]"
            })
    void everythingElseStays(String text) {
        assertThat(Redaction.of(text)).isSameAs(text);
    }

    @Test
    void bytesOfPicturesAreHiddenHoweverTheyAreWritten() {
        byte[] picture = new byte[400];
        new Random(1).nextBytes(picture);
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0}, 0, picture, 0, 10);
        String base64 = Base64.getEncoder().encodeToString(picture);
        assertThat(Redaction.of("body {\"base64\":\"" + base64 + "\"}"))
                .isEqualTo("body {\"base64\":\"*** (base64)\"}");
        assertThat(Redaction.of("body " + Base64.getUrlEncoder().encodeToString(picture)))
                .isEqualTo("body *** (base64)");
        assertThat(Redaction.of("body " + HexFormat.of().formatHex(picture))).isEqualTo("body *** (base64)");
        assertThat(Redaction.of(
                        "body " + HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(picture)))
                .isEqualTo("body ***");
        assertThat(Redaction.of("body " + Arrays.toString(picture))).isEqualTo("body [***]");
        assertThat(Redaction.of("body " + new String(picture, StandardCharsets.UTF_8)))
                .startsWith("body ")
                .hasSizeLessThan(30)
                .endsWith("*** (bytes)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "FACEFUSE_ACCESS_TOKENS",
                "facefuse.access.tokens[0]",
                "SPRING_RABBITMQ_PASSWORD",
                "spring.rabbitmq.ssl.key-store-password",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "MY_API_KEY"
            })
    void namesTellSecrets(String name) {
        assertThat(Redaction.isSecret(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "FACEFUSE_ACCESS_TOKENSFILE",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "FACEFUSE_STORAGE_READ",
                "HOME"
            })
    void otherNamesDoNot(String name) {
        assertThat(Redaction.isSecret(name)).isFalse();
    }

    @Test
    void knownSecretsAreHiddenAndThoseInAddresses() {
        Redaction.know("FACEFUSE_ACCESS_TOKENS", "first-planted-token,second-planted-token");
        Redaction.know("SPRING_RABBITMQ_ADDRESSES", "amqp://me:planted-password@host,amqp://me:other-password@other");
        Redaction.know("HARMLESS", "planted-harmless");
        assertThat(Redaction.of("first-planted-token second-planted-token planted-password other-password me host"))
                .isEqualTo("*** *** *** *** me host");
        assertThat(Redaction.of("planted-harmless")).isEqualTo("planted-harmless");
    }
}
