package dev.facefuse.function.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.NotedTracing;
import dev.facefuse.function.application.AccessProperties;
import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.http.FuseEndpoint;
import dev.facefuse.function.http.InputReader;
import dev.facefuse.function.storage.MemoryS3;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP requests as Lambda brings them, to an engine without networks. */
class LambdaHttpTest {
    private static final int PICTURE_LIMIT_BYTES = 1000;
    private static final int JSON_LIMIT_BYTES = 1 << 20;
    private static final int MULTIPART_LIMIT_BYTES = 3000;
    private static final String TOKEN = "0123456789abcdef";

    private final FakeEngine engine = new FakeEngine();
    private final MemoryS3 s3 = new MemoryS3();
    private final NotedTracing tracing = new NotedTracing();
    private final LambdaHttp open = http(null);

    private LambdaHttp http(@Nullable List<String> tokens) {
        FuseJson json = new FuseJson(PICTURE_LIMIT_BYTES);
        FuseFunction fuse = new FuseFunction(
                engine, s3.storage(List.of("s3://photos/incoming/"), List.of("s3://photos/fused/")), json, tracing);
        return new LambdaHttp(
                new FuseEndpoint(fuse::apply, json),
                new InputReader(json, JSON_LIMIT_BYTES, MULTIPART_LIMIT_BYTES),
                json,
                AccessTokens.of(new AccessProperties(tokens, null)),
                tracing);
    }

    @Test
    void jsonInJsonOut() {
        APIGatewayV2HTTPResponse response = send(Requests.json(Requests.INPUT));
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(response.getIsBase64Encoded()).isFalse();
        assertThat(response.getHeaders())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Vary", "Accept")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("X-Content-Type-Options", "nosniff");
        JsonNode output = JsonMapper.shared().readTree(response.getBody());
        assertThat(output.get("picture").get("base64").binaryValue()).isEqualTo(bytes("t+u"));
        assertThat(output.get("report").get("plan").asString()).isEqualTo("host");
    }

    @Test
    void takesUpTheCallersTraceAndSendsItsOwnBeforeTheProcessIsFrozen() {
        send(Requests.json(Requests.INPUT, "traceparent", "00-1-2-01"));
        assertThat(tracing.notes).containsExactly("join 00-1-2-01", "follow", "leave", "flush");
        tracing.notes.clear();
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "There is no face.");
        };
        send(Requests.json(Requests.INPUT));
        assertThat(tracing.notes).containsExactly("join null", "follow", "leave", "flush");
    }

    @Test
    void jsonInPictureOut() {
        APIGatewayV2HTTPResponse response = send(Requests.json(Requests.INPUT, "Accept", "image/png"));
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(response.getIsBase64Encoded()).isTrue();
        assertThat(Base64.getDecoder().decode(response.getBody())).isEqualTo(bytes("t+u"));
        assertThat(response.getHeaders())
                .containsEntry("Content-Type", "image/png")
                .containsKey("Facefuse-Report");
    }

    @Test
    void aFormAndItsQueryAreReadAsOverHttp() {
        byte[] form = Requests.parts("template", "a.jpg", "t\0ÿ", "user", "b.jpg", "u", "quality", null, "80");
        APIGatewayV2HTTPResponse response =
                send(Requests.multipart("blend=0.5&mode=over%6Cay", form, "accept", "image/*"));
        assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
        assertThat(Base64.getDecoder().decode(response.getBody())).isEqualTo(bytes("t\0ÿ+u"));
        FuseRequest request = Objects.requireNonNull(engine.request);
        assertThat(request.options().blending().ratio()).isEqualTo(0.5f);
        assertThat(request.options().blending().mode()).isEqualTo(BlendMode.OVERLAY);
        assertThat(request.options().output().quality()).isEqualTo(80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=_Part_1_=", "\"=_Part_1_=\"", "a/b:c?d", "a,b", "a b", "a=b;"})
    void theBoundariesOfRealClientsAreReadAsOverHttp(String parameter) {
        String boundary = parameter.replaceAll("[\";]", "");
        byte[] form = new String(Requests.parts("template", "a", "t", "user", "b", "u"), StandardCharsets.ISO_8859_1)
                .replace("--x", "--" + boundary)
                .getBytes(StandardCharsets.ISO_8859_1);
        APIGatewayV2HTTPResponse response = send(Requests.event(
                "POST",
                "/fuse",
                "",
                Base64.getEncoder().encodeToString(form),
                true,
                "content-type",
                "multipart/form-data; boundary=" + parameter));
        assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    }

    @Test
    void anEncodedBodyIsTold() {
        APIGatewayV2HTTPResponse response = send(Requests.json(Requests.INPUT, "content-encoding", "gzip"));
        problem(response, 415, "unsupported-media-type", "The body has the Content-Encoding 'gzip'");
        assertThat(response.getHeaders()).containsEntry("Accept-Encoding", "identity");
    }

    @Test
    void aStageOfItsOwnNameIsNoPartOfThePath() {
        byte[] event = Requests.event(
                "POST", "/prod/fuse", "", Requests.INPUT, false, "content-type", "application/json;charset=utf-8");
        assertThat(send(event).getStatusCode()).isEqualTo(200);
    }

    @Test
    void aResultMayGoToStorage() {
        s3.with("s3://photos/incoming/u.jpg", bytes("u"));
        String input = """
                {"template": {"base64": "dA=="}, "user": {"uri": "s3://photos/incoming/u.jpg"},
                 "output": {"uri": "s3://photos/fused/1.jpg"}}""";
        APIGatewayV2HTTPResponse response = send(Requests.json(input));
        assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
        assertThat(s3.objects.get("s3://photos/fused/1.jpg").bytes()).isEqualTo(bytes("t+u"));
        problem(send(Requests.json(input, "accept", "image/*")), 406, "not-acceptable", "leave nothing to answer");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /, 404, not-found, There is nothing here",
        "POST, /fuse/, 404, not-found, There is nothing here",
        "GET, /fuse, 405, method-not-allowed, /fuse does not take GET; use POST.",
        "'G\nT', /fuse, 405, method-not-allowed, /fuse does not take G T; use POST.",
    })
    void otherPathsAndMethodsAreTold(String method, String path, int status, String code, String detail) {
        problem(send(Requests.event(method, path, "", null, false)), status, code, detail);
    }

    @Test
    void wrongBodiesAreTold() {
        problem(send(Requests.event("POST", "/fuse", "", "x", false)), 415, "unsupported", "The body must be");
        for (String type : List.of("a b", "\"quoted/type")) {
            problem(
                    send(Requests.event("POST", "/fuse", "", "x", false, "content-type", type)),
                    415,
                    "unsupported",
                    "The body must be");
        }
        problem(
                send(Requests.event("POST", "/fuse", "", "%", true, "content-type", "application/json")),
                400,
                "bad-request",
                "The event's body is not base64");
        problem(send(Requests.json("{")), 400, "bad-request", "The body is not JSON");
        problem(
                send(Requests.event(
                        "POST", "/fuse", "blend=1", Requests.INPUT, false, "content-type", "application/json")),
                400,
                "bad-request",
                "drop the query");
        problem(send(Requests.json(Requests.INPUT, "accept", "text/html")), 406, "not-acceptable", "Accept and");
        problem(
                send(Requests.json(Requests.INPUT, "accept", "text/event-stream")),
                406,
                "not-acceptable",
                "Accept and");
        problem(send(Requests.multipart("", bytes("--x\r\n"))), 400, "bad-request", "The body is not multipart");
        byte[] mixed =
                bytes("--x\r\nContent-Disposition: form-data; name=user\r\nContent-Type: multipart/mixed\r\n\r\n");
        problem(send(Requests.multipart("", mixed)), 400, "bad-request", "The body is not multipart");
        problem(
                send(Requests.multipart("", Requests.parts("template", "a".repeat(600), "t"))),
                400,
                "bad-request",
                "The head of a part has more than 512 bytes; send a shorter file name.");
        problem(
                send(Requests.multipart("m\u0001=1&m\u0001=2", bytes(""))),
                400,
                "bad-request",
                "m  is given twice; give it once.");
        problem(
                send(Requests.multipart("", Requests.parts("template", "a\0.jpg", "t"))),
                400,
                "bad-request",
                "The body is not multipart");
        problem(
                send(Requests.multipart("", Requests.parts("template", "a", "t"))),
                400,
                "bad-request",
                "user is missing");
    }

    @Test
    void formsThatAreTooLargeAreTold() {
        String[] many = new String[3 * 21];
        for (int i = 0; i < many.length; i += 3) {
            many[i] = "f" + i;
            many[i + 2] = "1";
        }
        problem(send(Requests.multipart("", Requests.parts(many))), 400, "bad-request", "The body has more parts");
        String large = "t".repeat(PICTURE_LIMIT_BYTES + 1);
        problem(
                send(Requests.multipart("", Requests.parts("template", "a", large, "user", "b", "u"))),
                413,
                "picture-too-large",
                "template");
        String larger = "t".repeat(MULTIPART_LIMIT_BYTES);
        problem(
                send(Requests.multipart("", Requests.parts("template", "a", larger, "user", "b", "u"))),
                413,
                "content-too-large",
                "The body has more than 3000 bytes");
    }

    @Test
    void whatLambdaCannotCarryIsTold() {
        engine.then = result ->
                new FuseResult(new byte[LambdaHttp.LONGEST_BODY_CHARACTERS], result.format(), result.report());
        for (String accept : List.of("image/*", "application/json")) {
            problem(
                    send(Requests.json(Requests.INPUT, "accept", accept)),
                    413,
                    "picture-too-large",
                    "larger than Lambda can answer with");
        }
    }

    @Test
    void whoIsRefusedIsToldWhenToComeBack() {
        engine.then = result -> {
            throw FuseException.busy("Every place is taken", Duration.ofSeconds(3));
        };
        APIGatewayV2HTTPResponse response = send(Requests.json(Requests.INPUT));
        problem(response, 429, "busy", "Every place is taken");
        assertThat(response.getHeaders()).containsEntry("Retry-After", "3");
    }

    @Test
    void whatNobodyNamedIsAnAnswerToo() {
        engine.then = result -> {
            throw new IllegalStateException("secret");
        };
        APIGatewayV2HTTPResponse response = send(Requests.json(Requests.INPUT));
        problem(response, 500, "internal-server-error", "Something went wrong here");
        assertThat(response.getBody()).doesNotContain("secret");
        engine.then = result -> {
            throw new OutOfMemoryError("secret");
        };
        problem(send(Requests.json(Requests.INPUT)), 503, "out-of-memory", "There is not enough memory");
    }

    @Test
    void tokensAreAskedForBeforeAnythingElse() {
        LambdaHttp closed = http(List.of(TOKEN));
        APIGatewayV2HTTPResponse refused = send(closed, Requests.event("GET", "/", "", null, false));
        problem(refused, 401, "unauthorized", "A token that is known here is missing");
        assertThat(refused.getHeaders()).containsEntry("WWW-Authenticate", "Bearer realm=\"facefuse\"");
        assertThat(send(closed, Requests.json(Requests.INPUT, "authorization", "Bearer " + TOKEN))
                        .getStatusCode())
                .isEqualTo(200);
        assertThat(send(closed, Requests.json(Requests.INPUT, "x-api-key", TOKEN))
                        .getStatusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            {"Records": [{"eventSource": "aws:s3"}]}
            {"version": "1.0", "httpMethod": "POST", "path": "/fuse", "requestContext": {"stage": "prod"}}
            {"version": "2.0", "rawPath": "/fuse", "requestContext": {"http": {}}}
            {"version": "2.0", "rawPath": "/fuse", "requestContext": "prod"}
            []
            "POST"
            ''""")
    void anEventOfAnotherKindIsAnError(String event) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> send(bytes(event)))
                .withMessageContaining("SPRING_CLOUD_FUNCTION_DEFINITION=lambdaEvents")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private APIGatewayV2HTTPResponse send(byte[] event) {
        return send(open, event);
    }

    private static APIGatewayV2HTTPResponse send(LambdaHttp http, byte[] event) {
        return http.apply(new ByteArrayInputStream(event));
    }

    private static void problem(APIGatewayV2HTTPResponse response, int status, String code, String detail) {
        assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(status);
        assertThat(response.getIsBase64Encoded()).isFalse();
        assertThat(response.getHeaders())
                .containsEntry("Content-Type", "application/problem+json")
                .containsEntry("Cache-Control", "no-store");
        JsonNode problem = JsonMapper.shared().readTree(response.getBody());
        assertThat(problem.get("code").asString()).startsWith(code);
        assertThat(problem.get("detail").asString()).contains(detail);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
