package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /faces} on a real port, with an engine that finds two faces in every picture. */
@Timeout(30)
class FacesHttpTest {
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(
                Map.of("server.port", 0, "facefuse.limits.bytes", "1KB", "logging.level.root", "OFF"), ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void reset() {
        ENGINE.room = null;
    }

    @Test
    void jsonIn() throws Exception {
        HttpResponse<String> response = json("{\"picture\":{\"base64\":\"dXU=\"}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.body())
                .isEqualTo(
                        "{\"width\":743,\"height\":2,\"faces\":["
                                + "{\"index\":0,\"left\":-4.5,\"top\":20.0,\"width\":100.0,\"height\":110.0,\"score\":0.875},"
                                + "{\"index\":1,\"left\":300.0,\"top\":40.0,\"width\":120.0,\"height\":130.0,\"score\":0.75}]}");
    }

    @Test
    void aFormIn() throws Exception {
        assertThat(tree(form("", file("picture", "uuu"))).get("height").asInt()).isEqualTo(3);
        assertThat(tree(form("", file("picture", "u"), field("threshold", "0.95")))
                        .get("faces"))
                .isEmpty();
        assertThat(tree(form("?threshold=0.95", file("picture", "u"))).get("faces"))
                .isEmpty();
        assertThat(tree(form("", file("picture", "u"), field("threshold", ""))).get("faces"))
                .hasSize(2);
    }

    @Test
    void aThresholdInJson() throws Exception {
        assertThat(tree(json("{\"picture\":{\"base64\":\"dQ==\"},\"threshold\":0.95}"))
                        .get("faces"))
                .isEmpty();
    }

    @Test
    void explainsErrors() throws Exception {
        refused(json("{}"), 400, "bad-request", "picture is missing; send the picture");
        refused(json("{\"picture\":{}}"), 400, "bad-request", "picture has no base64");
        refused(json("null"), 400, "bad-request", "The body is null; send {\"picture\"");
        refused(
                json("{\"picture\":{\"base64\":\"dQ==\"},\"user\":1}"),
                400,
                "bad-request",
                "'user' is not known; known are picture, threshold");
        refused(
                json("{\"picture\":{\"base64\":\"dQ==\"},\"threshold\":\"low\"}"),
                400,
                "bad-request",
                "threshold must be a number");
        refused(form("", field("threshold", "0.5")), 400, "bad-request", "picture is missing");
        refused(form("", file("picture", "u"), field("blend", "1")), 400, "bad-request", "'blend' is not known");
        refused(form("", file("picture", "u"), file("picture", "u")), 400, "bad-request", "picture is given twice");
        refused(form("", field("picture", "file:///etc/passwd")), 403, "storage-denied", "");
        refused(form("", file("picture", "u".repeat(1025))), 413, "picture-too-large", "picture has more than 1 KiB");
        refused(form("", file("picture", "u".repeat(1 << 20))), 413, "content-too-large", "The body has more than");
        refused(json(""), 400, "bad-request", "The body is not");
        HttpResponse<String> query = send(request("?threshold=0.5")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        refused(query, 400, "bad-request", "Options of a JSON request go into its body");
        HttpResponse<String> html = send(request("")
                .header("Content-Type", "application/json")
                .header("Accept", "image/png")
                .POST(BodyPublishers.ofString("{}")));
        refused(html, 406, "not-acceptable", "");
    }

    @Test
    void rejectsBeforeTheBodyIsReadIfBusy() throws Exception {
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(2));
        HttpResponse<String> response = json("no JSON");
        refused(response, 429, "busy", "Another fusion is under way; try again in 2 seconds.");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
    }

    private static void refused(HttpResponse<String> response, int status, String code, String detail) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(tree(response).get("code").asString()).isEqualTo(code);
        assertThat(tree(response).get("detail").asString()).startsWith(detail);
    }

    private static JsonNode tree(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private static HttpResponse<String> json(String body) throws Exception {
        return send(request("").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> form(String query, String... parts) throws Exception {
        return send(request(query)
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString(String.join("", parts) + "--x--\r\n")));
    }

    private static String file(String name, String content) {
        return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.jpg\"\r\n\r\n" + content
                + "\r\n";
    }

    private static String field(String name, String content) {
        return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
    }

    private static HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/faces" + query))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
