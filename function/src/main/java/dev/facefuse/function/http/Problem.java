package dev.facefuse.function.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.AccessTokens;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Problem details of RFC 9457. The member {@code code} is the error's name in the contract; where HTTP itself was misused it
 * is the status's own name. The member {@code retryAfterSeconds} is there where a later try may succeed, and says the same as
 * the header {@code Retry-After}.
 */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long retryAfterSeconds) {
    static final String MEDIA_TYPE = "application/problem+json";
    static final String CHALLENGE = "Bearer realm=\"facefuse\"";

    static Problem of(FuseException e) {
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
    static Problem of(HttpStatus status, String detail) {
        return of(slug(status.getReasonPhrase()), status.value(), detail, null);
    }

    /** For want of a token; goes with the header {@code WWW-Authenticate} and {@link #CHALLENGE}. */
    static Problem unauthorized() {
        return of(
                HttpStatus.UNAUTHORIZED,
                "A token that is known here is missing; send it as Authorization: Bearer or as " + AccessTokens.API_KEY
                        + ".");
    }

    /** A status that something else decided on; says no more than the status does. */
    static Problem of(int status) {
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
