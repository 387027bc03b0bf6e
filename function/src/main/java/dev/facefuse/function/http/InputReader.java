package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads the input of a fusion or a face search from a body: JSON, or a form with pictures as files. The same over HTTP and Lambda. */
public final class InputReader {
    private final FuseJson json;
    private final long maxJsonBytes;
    private final long maxMultipartBytes;

    /**
     * A reader with limits.
     *
     * @param maxJsonBytes that a JSON body may have
     * @param maxMultipartBytes that a form may have
     */
    public InputReader(FuseJson json, long maxJsonBytes, long maxMultipartBytes) {
        this.json = json;
        this.maxJsonBytes = maxJsonBytes;
        this.maxMultipartBytes = maxMultipartBytes;
    }

    /**
     * The parts of a request's head that describe its input.
     *
     * @param contentType as {@link MultipartContentType#parsable} returns it; empty if there is none
     * @param query of the URL, as the client sent it; empty if there is none
     */
    public record Head(String contentType, String query) {}

    /**
     * Rejects a compressed or otherwise encoded body, which would look like damaged JSON.
     *
     * @param header the request's {@code Content-Encoding}, several between commas; empty if there is none
     * @throws ProblemException if the body is encoded
     */
    public static void requireIdentity(String header) {
        boolean isEncoded = Arrays.stream(header.split(",", -1))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .anyMatch(coding -> !coding.isEmpty() && !coding.equals(Problem.ACCEPTED_ENCODING));
        if (isEncoded) {
            throw new ProblemException(Problem.unsupportedEncoding(header));
        }
    }

    /**
     * Checks a request before its body is read.
     *
     * @return bytes that the body may have
     * @throws ProblemException if it is neither JSON nor a form
     * @throws FuseException {@code bad-request} for JSON with a query
     */
    public long check(Head head) {
        if (!isJson(head)) {
            return maxMultipartBytes;
        }
        if (!head.query.isEmpty()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "Options of a JSON request go into its body; drop the query.");
        }
        return maxJsonBytes;
    }

    /**
     * Reads the input of a fusion from a request that {@link #check} has passed.
     *
     * @param length of the body, bytes
     * @throws ProblemException for a form with more bytes than it may have
     * @throws FuseException {@code bad-request}, {@code picture-too-large}
     * @throws IOException the stream's own
     */
    public FuseInput readFuse(Head head, InputStream body, long length) throws IOException {
        return isJson(head) ? json.read(body) : MultipartInput.read(form(head, body, length), head.query, json);
    }

    /** Reads the input of a face search; else as {@link #readFuse}. */
    FacesInput readFaces(Head head, InputStream body, long length) throws IOException {
        return isJson(head)
                ? json.readFaces(body)
                : MultipartInput.readFaces(form(head, body, length), head.query, json);
    }

    private MultipartBody form(Head head, InputStream body, long length) {
        return new MultipartBody(head.contentType, body, length, maxMultipartBytes);
    }

    private static boolean isJson(Head head) {
        MediaType type = mediaType(head.contentType);
        boolean isJson = type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON);
        if (!isJson && !type.equalsTypeAndSubtype(MediaType.MULTIPART_FORM_DATA)) {
            throw new ProblemException(Problem.unsupportedMediaType());
        }
        return isJson;
    }

    private static MediaType mediaType(String contentType) {
        try {
            return MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException e) {
            throw new ProblemException(Problem.unsupportedMediaType());
        }
    }
}
