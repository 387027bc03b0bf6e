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
import dev.facefuse.function.http.BodyTooLargeException;
import dev.facefuse.function.http.ContentEncoding;
import dev.facefuse.function.http.FuseExchange;
import dev.facefuse.function.http.FuseReply;
import dev.facefuse.function.http.MultipartBody;
import dev.facefuse.function.http.MultipartContentType;
import dev.facefuse.function.http.MultipartInput;
import dev.facefuse.function.http.Problem;
import dev.facefuse.function.http.SecurityHeaders;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/**
 * {@code POST /fuse} by API Gateway (HTTP APIs, payload format 2.0) and function URLs: the same requests, answers and
 * problems as over HTTP, and the same tokens. Lambda carries 6 MB either way; larger pictures go by way of storage.
 */
public final class LambdaHttp implements Function<InputStream, APIGatewayV2HTTPResponse> {
    /** Of an answer's body as text; Lambda takes 6 MiB with all else (AWS Lambda quotas, "Invocation payload"). */
    static final int LONGEST_BODY_CHARACTERS = (6 << 20) - (16 << 10);

    private static final Logger log = LoggerFactory.getLogger(LambdaHttp.class);

    private static final PojoSerializer<APIGatewayV2HTTPEvent> EVENTS =
            LambdaEventSerializers.serializerFor(APIGatewayV2HTTPEvent.class, LambdaHttp.class.getClassLoader());

    private final FuseExchange exchange;
    private final FuseJson json;
    private final AccessTokens tokens;
    private final long maxMultipartBytes;
    private final FusionTracing tracing;

    LambdaHttp(
            FuseExchange exchange, FuseJson json, AccessTokens tokens, long maxMultipartBytes, FusionTracing tracing) {
        this.exchange = exchange;
        this.json = json;
        this.tokens = tokens;
        this.maxMultipartBytes = maxMultipartBytes;
        this.tracing = tracing;
    }

    /**
     * Answers a request; whatever goes wrong with it is an answer too.
     *
     * @param event as Lambda has it
     * @throws FuseException {@code bad-request} for an event that is no HTTP request
     */
    @Override
    public APIGatewayV2HTTPResponse apply(InputStream event) {
        LambdaRequest request = request(event);
        FusionTracing.Joined joined = tracing.join(request::header);
        try {
            return answered(request);
        } finally {
            joined.leave();
            tracing.flush();
        }
    }

    private APIGatewayV2HTTPResponse answered(LambdaRequest request) {
        try {
            return answer(request);
        } catch (FuseException e) {
            if (e.code().httpStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
                log.error("{}", e.code().code(), e);
            }
            return problem(Problem.of(e));
        } catch (HttpMediaTypeNotAcceptableException e) {
            return problem(Problem.notAcceptable());
        } catch (BodyTooLargeException e) {
            return problem(Problem.of(e));
        } catch (OutOfMemoryError e) {
            log.error("The heap is too small for this request; give the function more memory", e);
            return problem(Problem.outOfHeap());
        } catch (IOException | RuntimeException e) {
            log.error("{} {} failed", request.method(), request.path(), e);
            return problem(Problem.of(HttpStatus.INTERNAL_SERVER_ERROR.value()));
        }
    }

    private static LambdaRequest request(InputStream event) {
        try {
            return LambdaRequest.of(EVENTS.fromJson(event));
        } catch (UncheckedIOException otherMembers) {
            throw LambdaRequest.none(otherMembers);
        }
    }

    private APIGatewayV2HTTPResponse answer(LambdaRequest request)
            throws IOException, HttpMediaTypeNotAcceptableException {
        if (!tokens.admit(request.header(HttpHeaders.AUTHORIZATION), request.header(AccessTokens.API_KEY))) {
            return problem(Problem.unauthorized(), Map.of(HttpHeaders.WWW_AUTHENTICATE, Problem.CHALLENGE));
        }
        if (!request.path().equals(FuseExchange.PATH)) {
            return problem(Problem.nothingHere());
        }
        String post = HttpMethod.POST.name();
        if (!request.method().equals(post)) {
            return problem(
                    Problem.methodNotAllowed(FuseExchange.PATH, request.method(), post),
                    Map.of(HttpHeaders.ALLOW, post));
        }
        String encoding = Objects.requireNonNullElse(request.header(HttpHeaders.CONTENT_ENCODING), "");
        if (ContentEncoding.isEncoded(encoding)) {
            return problem(
                    Problem.unsupportedEncoding(encoding),
                    Map.of(HttpHeaders.ACCEPT_ENCODING, ContentEncoding.ACCEPTED));
        }
        String accept = Objects.requireNonNullElse(request.header(HttpHeaders.ACCEPT), "");
        FuseExchange.requireAcceptable(accept);
        FuseInput input = input(request);
        return input == null
                ? problem(Problem.unsupportedMediaType())
                : carried(exchange.fusion(input, accept).apply(RequestContext.fromMdc()));
    }

    /** Null for a body of a type that is not read. */
    private @Nullable FuseInput input(LambdaRequest request) throws IOException {
        String contentType =
                MultipartContentType.quoted(Objects.requireNonNullElse(request.header(HttpHeaders.CONTENT_TYPE), ""));
        MediaType type = mediaType(contentType);
        if (type != null && type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
            return exchange.read(new ByteArrayInputStream(request.body()), request.query());
        }
        if (type != null && type.equalsTypeAndSubtype(MediaType.MULTIPART_FORM_DATA)) {
            byte[] body = request.body();
            MultipartBody parts =
                    new MultipartBody(contentType, new ByteArrayInputStream(body), body.length, maxMultipartBytes);
            return MultipartInput.read(parts, request.query(), json, maxMultipartBytes);
        }
        return null;
    }

    private static @Nullable MediaType mediaType(String contentType) {
        try {
            return contentType.isEmpty() ? null : MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException | StringIndexOutOfBoundsException e) {
            // The latter of Spring's parser, for what begins with a quotation mark.
            return null;
        }
    }

    private APIGatewayV2HTTPResponse carried(FuseReply reply) {
        String body = reply.picture()
                ? Base64.getEncoder().encodeToString(reply.output().picture().bytes())
                : text(reply.output());
        if (body.length() > LONGEST_BODY_CHARACTERS) {
            throw new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    "The fused picture is larger than Lambda can answer with; ask for jpg, a lower quality or a smaller"
                            + " resolution, or name a place for it in output.");
        }
        return response(HttpStatus.OK.value(), reply.mediaType(), reply.headers(), body, reply.picture());
    }

    private APIGatewayV2HTTPResponse problem(Problem problem) {
        Long retryAfterSeconds = problem.retryAfterSeconds();
        return problem(
                problem,
                retryAfterSeconds == null
                        ? Map.of()
                        : Map.of(HttpHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds)));
    }

    private APIGatewayV2HTTPResponse problem(Problem problem, Map<String, String> headers) {
        return response(problem.status(), Problem.MEDIA_TYPE, headers, text(problem), false);
    }

    private static APIGatewayV2HTTPResponse response(
            int status, String mediaType, Map<String, String> headers, String body, boolean base64) {
        Map<String, String> all = new HashMap<>(SecurityHeaders.ALL);
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
