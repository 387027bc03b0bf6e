package dev.facefuse.function.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.http.FuseEndpoint;
import dev.facefuse.function.http.InputReader;
import dev.facefuse.function.http.MultipartContentType;
import dev.facefuse.function.http.Problem;
import dev.facefuse.function.http.ResponseFormat;
import dev.facefuse.function.http.SecurityHeadersFilter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/**
 * {@code POST /fuse} through API Gateway (HTTP APIs, payload format 2.0) and function URLs: the same requests, responses, problems and
 * access tokens as over HTTP. Lambda carries 6 MB either way; larger pictures must go through storage.
 */
public final class LambdaHttp implements Function<InputStream, APIGatewayV2HTTPResponse> {
    /** Limit of a response body as text. Lambda carries 6 MiB with headers (AWS Lambda quotas, "Invocation payload"). */
    static final int LONGEST_BODY_CHARACTERS = (6 << 20) - (16 << 10);

    private static final Logger log = LoggerFactory.getLogger(LambdaHttp.class);

    private static final PojoSerializer<APIGatewayV2HTTPEvent> EVENTS =
            LambdaEventSerializers.serializerFor(APIGatewayV2HTTPEvent.class, LambdaHttp.class.getClassLoader());

    private final FuseEndpoint endpoint;
    private final InputReader inputs;
    private final FuseJson json;
    private final AccessTokens tokens;
    private final FusionTracing tracing;

    LambdaHttp(FuseEndpoint endpoint, InputReader inputs, FuseJson json, AccessTokens tokens, FusionTracing tracing) {
        this.endpoint = endpoint;
        this.inputs = inputs;
        this.json = json;
        this.tokens = tokens;
        this.tracing = tracing;
    }

    /**
     * Handles a request. Every error of the request becomes a problem response.
     *
     * @param event in Lambda's JSON
     * @throws FuseException {@code bad-request} for an event that is no HTTP request
     */
    @Override
    public APIGatewayV2HTTPResponse apply(InputStream event) {
        LambdaRequest request = request(event);
        FusionTracing.Joined joined = tracing.join(request::header);
        try {
            return respond(request);
        } finally {
            joined.leave();
            tracing.flush();
        }
    }

    private APIGatewayV2HTTPResponse respond(LambdaRequest request) {
        try {
            return fuse(request);
        } catch (IOException | HttpMediaTypeNotAcceptableException | RuntimeException | OutOfMemoryError e) {
            if (Problem.isServerFault(e)) {
                log.error("{} {} failed", request.method(), request.path(), e);
            }
            return problem(Problem.of(e));
        }
    }

    private static LambdaRequest request(InputStream event) {
        try {
            return LambdaRequest.of(EVENTS.fromJson(event));
        } catch (UncheckedIOException otherMembers) {
            throw LambdaRequest.none(otherMembers);
        }
    }

    private APIGatewayV2HTTPResponse fuse(LambdaRequest request)
            throws IOException, HttpMediaTypeNotAcceptableException {
        if (!tokens.admit(request.header(HttpHeaders.AUTHORIZATION), request.header(AccessTokens.API_KEY))) {
            return problem(Problem.unauthorized());
        }
        if (!request.path().equals(FuseEndpoint.PATH)) {
            return problem(Problem.notFound());
        }
        if (!request.method().equals(HttpMethod.POST.name())) {
            return problem(Problem.methodNotAllowed(FuseEndpoint.PATH, request.method(), HttpMethod.POST.name()));
        }
        InputReader.requireIdentity(Objects.requireNonNullElse(request.header(HttpHeaders.CONTENT_ENCODING), ""));
        ResponseFormat.Accepted accepted = ResponseFormat.Accepted.parse(request.header(HttpHeaders.ACCEPT));
        accepted.choose(null);
        InputReader.Head head = new InputReader.Head(
                MultipartContentType.parsable(Objects.requireNonNullElse(request.header(HttpHeaders.CONTENT_TYPE), "")),
                request.query());
        inputs.check(head);
        byte[] body = request.body();
        FuseInput input = inputs.readFuse(head, new ByteArrayInputStream(body), body.length);
        return successful(endpoint.prepare(input, accepted).run(RequestContext.fromMdc()));
    }

    private APIGatewayV2HTTPResponse successful(FuseEndpoint.Response result) {
        String body = result.isPicture()
                ? Base64.getEncoder().encodeToString(result.output().picture().bytes())
                : text(result.output());
        if (body.length() > LONGEST_BODY_CHARACTERS) {
            throw new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    "The fused picture is larger than Lambda can answer with; ask for jpg, a lower quality or a smaller"
                            + " resolution, or name a place for it in output.");
        }
        return response(HttpStatus.OK.value(), result.mediaType(), result.headers(), body, result.isPicture());
    }

    private static APIGatewayV2HTTPResponse problem(Problem problem) {
        return response(
                problem.status(),
                Problem.MEDIA_TYPE,
                problem.headers().toSingleValueMap(),
                new String(problem.json(), StandardCharsets.UTF_8),
                false);
    }

    private static APIGatewayV2HTTPResponse response(
            int status, String mediaType, Map<String, String> headers, String body, boolean base64) {
        Map<String, String> all = new HashMap<>(SecurityHeadersFilter.HEADERS);
        all.putAll(headers);
        all.put(HttpHeaders.CONTENT_TYPE, mediaType);
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status)
                .withHeaders(all)
                .withMultiValueHeaders(Map.of())
                .withCookies(List.of())
                .withBody(body)
                .withIsBase64Encoded(base64)
                .build();
    }

    private String text(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        json.write(bytes, value);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
