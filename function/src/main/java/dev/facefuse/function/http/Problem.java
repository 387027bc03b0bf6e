package dev.facefuse.function.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import dev.facefuse.function.application.AccessTokens;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Problem details of RFC 9457. The member {@code code} is the error's name in the contract; where HTTP itself was misused it
 * is the status's own name. The member {@code retryAfterSeconds} is there where a later try may succeed, and says the same as
 * the header {@code Retry-After}.
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long retryAfterSeconds) {
    /** Of problems as JSON. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** For {@code WWW-Authenticate}. */
    public static final String CHALLENGE = "Bearer realm=\"facefuse\"";

    /** A problem of the contract. */
    public static Problem of(FuseException e) {
        ErrorCode code = e.code();
        Duration retryAfter = e.retryAfter();
        return of(
                code.code(),
                code.httpStatus(),
                e.getMessage(),
                retryAfter == null ? null : (Long) retryAfter.toSeconds());
    }

    /** The same under another status, for callers that read statuses otherwise. */
    Problem withStatus(int other) {
        return new Problem(type, title, other, detail, code, retryAfterSeconds);
    }

    /** A problem of HTTP's own: {@code method-not-allowed} and so on. */
    public static Problem of(HttpStatus status, String detail) {
        return of(slug(status.getReasonPhrase()), status.value(), detail, null);
    }

    /** For want of a token; goes with the header {@code WWW-Authenticate} and {@link #CHALLENGE}. */
    public static Problem unauthorized() {
        return of(
                HttpStatus.UNAUTHORIZED,
                "A token that is known here is missing; send it as Authorization: Bearer or as " + AccessTokens.API_KEY
                        + ".");
    }

    /** A path where there is nothing. */
    public static Problem nothingHere() {
        return of(HttpStatus.NOT_FOUND, "There is nothing here; pictures are fused at POST " + FuseExchange.PATH + ".");
    }

    /** A method that a path does not take; goes with the header {@code Allow}. */
    public static Problem methodNotAllowed(String path, String method, String... supported) {
        return of(
                HttpStatus.METHOD_NOT_ALLOWED,
                path + " does not take " + Messages.quoted(method) + "; use " + String.join(" or ", supported) + ".");
    }

    /** A body of a type that is not read. */
    public static Problem unsupportedMediaType() {
        return of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "The body must be " + MediaType.APPLICATION_JSON_VALUE + " or " + MediaType.MULTIPART_FORM_DATA_VALUE
                        + "; say which in Content-Type.");
    }

    /** An event of a type that no sender of events uses. */
    public static Problem unsupportedEventType() {
        return of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "An event must be " + MediaType.APPLICATION_JSON_VALUE
                        + " or application/cloudevents+json; say which in Content-Type.");
    }

    /**
     * A body that is compressed or otherwise encoded; goes with the header {@code Accept-Encoding} and {@link
     * ContentEncoding#ACCEPTED}.
     */
    public static Problem unsupportedEncoding(String encoding) {
        return of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "The body has the Content-Encoding '" + Messages.quoted(encoding)
                        + "', which is not read here; send it without one, uncompressed.");
    }

    /** Nothing that there is will do. */
    public static Problem notAcceptable() {
        return of(
                HttpStatus.NOT_ACCEPTABLE,
                "Accept and the options leave nothing to answer with; accept application/json or image/*.");
    }

    /** A body that is longer than it may be. */
    public static Problem of(BodyTooLargeException e) {
        return of(HttpStatus.CONTENT_TOO_LARGE, e.sentence());
    }

    /** The heap is too small for what it holds. */
    public static Problem outOfHeap() {
        return of(new FuseException(
                ErrorCode.OUT_OF_MEMORY,
                "There is not enough memory for this request now; try again later or send smaller pictures."));
    }

    /** A status that something else decided on; says no more than the status does. */
    public static Problem of(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        HttpStatus shown = known == null || !known.isError() ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        return of(
                shown,
                shown.is5xxServerError()
                        ? "Something went wrong here, not with the request; its time is in the server's log."
                        : "The request was refused: " + shown.getReasonPhrase() + ".");
    }

    private static Problem of(String code, int status, String detail, @Nullable Long retryAfterSeconds) {
        return new Problem("urn:facefuse:problem:" + code, title(code), status, detail, code, retryAfterSeconds);
    }

    private static String title(String code) {
        String words = code.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String slug(String phrase) {
        return phrase.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    }
}
