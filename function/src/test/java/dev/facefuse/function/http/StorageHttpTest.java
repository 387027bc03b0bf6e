package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.storage.S3Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pictures by URI over HTTP, with a bucket. */
@Timeout(60)
class StorageHttpTest {
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String FORM = "multipart/form-data; boundary=x";
    private static final String FORM_END = "--x--\r\n";
    private static S3Server s3;
    private static HttpServer server;

    @BeforeAll
    static void start() {
        s3 = new S3Server("photos", "private");
        s3.put("photos", "incoming/t.jpg", bytes("t"));
        s3.put("photos", "incoming/u.jpg", bytes("u"));
        s3.put("private", "incoming/u.jpg", bytes("secret"));
        server = HttpServer.start(s3.httpSettings("s3://photos/incoming/", "s3://photos/fused/"), ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
        s3.close();
    }

    @Test
    void acceptsUrisInJson() throws Exception {
        HttpResponse<String> response = post("application/json", "*/*", """
                {"template": {"uri": "s3://photos/incoming/t.jpg"}, "user": {"uri": "s3://photos/incoming/u.jpg"},
                 "output": {"uri": "s3://photos/fused/1.png"}}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode body = JsonMapper.shared().readTree(response.body());
        assertThat(body.get("picture").propertyNames()).containsExactly("mediaType", "uri");
        assertThat(body.get("picture").get("uri").asString()).isEqualTo("s3://photos/fused/1.png");
        assertThat(body.get("report").get("plan").asString()).isEqualTo("host");
        assertThat(s3.get("photos", "fused/1.png")).isEqualTo(bytes("t+u"));
        assertThat(s3.head("photos", "fused/1.png").orElseThrow().contentType()).isEqualTo("image/png");
        assertThat(JsonMapper.shared()
                        .readTree(s3.get("photos", "fused/1.json"))
                        .get("plan")
                        .asString())
                .isEqualTo("host");
    }

    @Test
    void acceptsUrisInFormFields() throws Exception {
        String template = field("template", "s3://photos/incoming/t.jpg");
        String file = field("user\"; filename=\"u", "me");
        assertThat(post(FORM, "image/*", template + file + FORM_END).body()).isEqualTo("t+me");
        String user = field("user", "s3://photos/incoming/u.jpg");
        String output = field("output", "s3://photos/fused/2.jpg");
        HttpResponse<String> response = post(FORM, "*/*", template + user + output + FORM_END);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(s3.get("photos", "fused/2.jpg")).isEqualTo(bytes("t+u"));
    }

    private static String field(String name, String value) {
        return "--x\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(name, value);
    }

    @Test
    void rejectsUrisThatAreNotAllowedOrDoNotExist() throws Exception {
        problem(user("s3://private/incoming/u.jpg"), 403, "storage-denied");
        problem(user("s3://photos/fused/1.png"), 403, "storage-denied");
        problem(user("http://169.254.169.254/latest/meta-data/"), 403, "storage-denied");
        problem(user("file:///etc/passwd"), 403, "storage-denied");
        problem(user("s3://photos/incoming/nobody.jpg"), 404, "storage-not-found");
        problem(user("ftp://photos/u.jpg"), 400, "bad-request");
        HttpResponse<String> response = post("application/json", "*/*", """
                {"template": {"base64": "dA=="}, "user": {"base64": "dQ=="},
                 "output": {"uri": "s3://photos/incoming/1.png"}}""");
        problem(response, 403, "storage-denied");
    }

    @Test
    void rejectsAPictureResponseForAStoredResult() throws Exception {
        HttpResponse<String> response = post("application/json", "image/*", """
                {"template": {"base64": "dA=="}, "user": {"base64": "dQ=="}, "output": {"uri": "s3://photos/fused/3.png"}}""");
        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(s3.head("photos", "fused/3.png")).isEmpty();
    }

    private static HttpResponse<String> user(String uri) throws Exception {
        return post(
                "application/json",
                "*/*",
                "{\"template\": {\"base64\": \"dA==\"}, \"user\": {\"uri\": \"" + uri + "\"}}");
    }

    private static void problem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = JsonMapper.shared().readTree(response.body());
        assertThat(body.get("code").asString()).isEqualTo(code);
        assertThat(response.body()).doesNotContain("secret", "127.0.0.1", "Exception");
    }

    private static HttpResponse<String> post(String type, String accept, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse"))
                        .header("Content-Type", type)
                        .header("Accept", accept)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
