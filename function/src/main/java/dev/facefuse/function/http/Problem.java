package dev.facefuse.function.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import dev.facefuse.function.application.AccessTokens;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A problem response (RFC 9457) with the headers that belong to it. HTTP and Lambda send the same one.
 *
 * <p>Spring's detail has two members more. {@code code} is the error's name: an {@link ErrorCode}, or the name of the status for errors
 * of HTTP itself. {@code retryAfterSeconds} is present if a later request may succeed, and repeats the header {@code Retry-After}.
 */
public record Problem(ProblemDetail detail, HttpHeaders headers) {
    /** Media type of the JSON. */
    public static final String MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON_VALUE;

    /** The only {@code Content-Encoding} of a request that is accepted. */
    static final String ACCEPTED_ENCODING = "identity";

    private static final String CODE = "code";
    private static final String RETRY_AFTER_SECONDS = "retryAfterSeconds";

    private static final JsonMapper JSON =
            JsonMapper.builder().addMixIn(ProblemDetail.class, DetailJson.class).build();

    /** Spring's JSON with the members in a fixed order. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonPropertyOrder({"type", "title", "status", "detail"})
    private interface DetailJson extends ProblemDetailJacksonMixin {}

    /** The problem of an error that the engine or the function reports. */
    public static Problem of(FuseException e) {
        Duration retryAfter = e.retryAfter();
        Problem problem = of(e.code().code(), e.code().httpStatus(), e.getMessage());
        if (retryAfter != null) {
            long seconds = retryAfter.toSeconds();
            problem.detail.setProperty(RETRY_AFTER_SECONDS, seconds);
            problem.headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        return problem;
    }

    /** The problem of any exception or {@link OutOfMemoryError}. The message of a defect is not part of it. */
    public static Problem of(Throwable e) {
        if (e instanceof FuseException named) {
            return of(named);
        }
        if (e instanceof ProblemException known) {
            return known.problem();
        }
        if (isOutOfHeap(e)) {
            return of(new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "There is not enough memory for this request now; try again later or send smaller pictures."));
        }
        if (e instanceof HttpMediaTypeNotSupportedException) {
            return unsupportedMediaType();
        }
        if (e instanceof HttpMediaTypeNotAcceptableException) {
            return of(
                    HttpStatus.NOT_ACCEPTABLE,
                    "Accept and the options leave nothing to answer with; accept application/json or image/*.");
        }
        if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            int status = known.getStatusCode().value();
            Problem problem = status == HttpStatus.NOT_FOUND.value() ? notFound() : of(status);
            problem.headers.addAll(known.getHeaders());
            return problem;
        }
        return of(HttpStatus.INTERNAL_SERVER_ERROR.value());
    }

    /** Whether an exception is a defect or a fault of the installation, which belongs in the log, and no mistake of the client. */
    public static boolean isServerFault(Throwable e) {
        if (e instanceof FuseException named) {
            return named.code().httpStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()
                    || named.code() == ErrorCode.LIBRARIES_UNAVAILABLE;
        }
        return !(e instanceof ProblemException) && of(e).detail.getStatus() >= 500;
    }

    /** Whether the Java heap was too small. Spring wraps errors that a controller throws. */
    static boolean isOutOfHeap(Throwable e) {
        return e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError;
    }

    /** An error of HTTP itself, named after its status: {@code method-not-allowed} and so on. */
    public static Problem of(HttpStatus status, String detail) {
        return of(slug(status.getReasonPhrase()), status.value(), detail);
    }

    /** A status that the server or Spring chose. The detail says no more than the status does. */
    public static Problem of(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        HttpStatus shown = known == null || !known.isError() ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        return of(
                shown,
                shown.is5xxServerError()
                        ? "Something went wrong here, not with the request; its time is in the server's log."
                        : "The request was refused: " + shown.getReasonPhrase() + ".");
    }

    /** The access token is missing or unknown. */
    public static Problem unauthorized() {
        return of(
                        HttpStatus.UNAUTHORIZED,
                        "A token that is known here is missing; send it as Authorization: Bearer or as "
                                + AccessTokens.API_KEY + ".")
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"facefuse\"");
    }

    /** The path does not exist. */
    public static Problem notFound() {
        return of(HttpStatus.NOT_FOUND, "There is nothing here; pictures are fused at POST " + FuseEndpoint.PATH + ".");
    }

    /** The path does not accept the method. */
    public static Problem methodNotAllowed(String path, String method, String... supported) {
        return of(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        path + " does not take " + Messages.quoted(method) + "; use " + String.join(" or ", supported)
                                + ".")
                .withHeader(HttpHeaders.ALLOW, String.join(", ", supported));
    }

    /** The body of a fusion or a face search is neither JSON nor a form. */
    public static Problem unsupportedMediaType() {
        return of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "The body must be " + MediaType.APPLICATION_JSON_VALUE + " or " + MediaType.MULTIPART_FORM_DATA_VALUE
                        + "; say which in Content-Type.");
    }

    /** An event has a type that no sender of events uses. */
    static Problem unsupportedEventType() {
        return of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "An event must be " + MediaType.APPLICATION_JSON_VALUE
                        + " or application/cloudevents+json; say which in Content-Type.");
    }

    /** The body is compressed or otherwise encoded. */
    public static Problem unsupportedEncoding(String encoding) {
        return of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "The body has the Content-Encoding '" + Messages.quoted(encoding)
                                + "', which is not read here; send it without one, uncompressed.")
                .withHeader(HttpHeaders.ACCEPT_ENCODING, ACCEPTED_ENCODING);
    }

    /** The body has more bytes than two pictures may have. */
    static Problem bodyTooLarge(long maxBytes) {
        return of(
                HttpStatus.CONTENT_TOO_LARGE, "The body has more than " + maxBytes + " bytes; send smaller pictures.");
    }

    private static Problem of(String code, int status, String sentence) {
        ProblemDetail detail = ProblemDetail.forStatus(status);
        detail.setType(URI.create("urn:facefuse:problem:" + code));
        detail.setTitle(title(code));
        detail.setDetail(sentence);
        detail.setProperty(CODE, code);
        return new Problem(detail, new HttpHeaders());
    }

    private static String title(String code) {
        String words = code.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String slug(String phrase) {
        return phrase.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    }

    /** This problem with one more header. */
    Problem withHeader(String name, String value) {
        headers.set(name, value);
        return this;
    }

    /** This problem with another status, for clients that read statuses in another way. */
    Problem withStatus(HttpStatus status) {
        detail.setStatus(status);
        return this;
    }

    /** The status, 400 to 599. */
    public int status() {
        return detail.getStatus();
    }

    /** The body, in one line. */
    public byte[] json() {
        return JSON.writeValueAsBytes(detail);
    }

    /** Sends it as the whole response. Does nothing if a response has begun; that one is cut off. */
    void write(HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        SecurityHeadersFilter.set(response);
        response.setStatus(status());
        response.setContentType(MEDIA_TYPE);
        headers.forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
        response.getOutputStream().write(json());
    }
}
