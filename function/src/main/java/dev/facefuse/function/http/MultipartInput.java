package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.Messages;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tomcat.util.http.fileupload.impl.SizeException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * A multipart body as an input: pictures as files or, as plain fields, URIs; {@code output} if the result goes to a URI; options
 * as fields or in the query.
 */
public final class MultipartInput {
    private static final int LONGEST_OPTION_BYTES = 256;
    private static final int LONGEST_URI_BYTES = 4096;
    private static final String TWO_PICTURES = "template and user";
    private static final String PICTURE = "picture";

    private MultipartInput() {}

    /** Where parts come from, and the errors of {@link HttpServletRequest#getParts}. */
    @FunctionalInterface
    public interface Parts {
        /**
         * Reads them.
         *
         * @throws IllegalStateException beyond a limit; caused by a {@link SizeException} if it is one of bytes
         * @throws IOException if the body is no such or ends too early
         * @throws ServletException the same
         */
        Collection<Part> read() throws IOException, ServletException;
    }

    /**
     * Reads the parts {@code template} and {@code user} and the others, which stay in memory.
     *
     * @param query the URL's, empty if there is none
     * @param maxBytes that a body may have, for the sentence
     * @throws FuseException {@code bad-request} for a missing, double or unknown part
     * @throws BodyTooLargeException for more bytes than may be
     */
    public static FuseInput read(Parts source, String query, FuseJson json, long maxBytes) throws IOException {
        Map<String, String> options = options(query);
        FuseInput.@Nullable Picture template = null;
        FuseInput.@Nullable Picture user = null;
        FuseInput.@Nullable Output output = null;
        for (Part part : parts(source, TWO_PICTURES, maxBytes)) {
            switch (part.getName()) {
                case "template" -> template = picture(part, template, json);
                case "user" -> user = picture(part, user, json);
                case "output" -> output = output(part, output);
                default -> put(options, part.getName(), option(part, TWO_PICTURES));
            }
        }
        return new FuseInput(template, user, json.options(options), output);
    }

    /**
     * Reads the part {@code picture} and, as a field or in the query, {@code threshold}.
     *
     * @param query the URL's, empty if there is none
     * @param maxBytes that a body may have, for the sentence
     * @throws FuseException {@code bad-request} for a missing, double or unknown part
     * @throws BodyTooLargeException for more bytes than may be
     */
    static FacesInput readFaces(Parts source, String query, FuseJson json, long maxBytes) throws IOException {
        Map<String, String> options = options(query);
        FuseInput.@Nullable Picture picture = null;
        for (Part part : parts(source, PICTURE, maxBytes)) {
            if (part.getName().equals(PICTURE)) {
                picture = picture(part, picture, json);
            } else {
                put(options, part.getName(), option(part, PICTURE));
            }
        }
        return json.faces(picture, options);
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        query(query).forEach((name, values) -> values.forEach(value -> put(options, name, decoded(value))));
        return options;
    }

    private static Collection<Part> parts(Parts source, String pictures, long maxBytes) throws BodyTooLargeException {
        try {
            return source.read();
        } catch (IllegalStateException e) {
            // The servlet API's word for anything beyond a limit; Tomcat's cause tells bytes from parts.
            if (e.getCause() instanceof SizeException size) {
                throw tooLarge(size, maxBytes);
            }
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The body has more parts than there are options; send " + pictures + " and each option once.",
                    e);
        } catch (IOException | ServletException | RuntimeException e) {
            // Tomcat has more to throw than it declares, such as at file names with zeros and at multipart/mixed
            // without a boundary.
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The body is not multipart/form-data or ends too early; send " + pictures + " as files.",
                    e);
        }
    }

    /** Of the body, or of what stands before a part's bytes, which has a limit of its own. */
    private static FuseException tooLarge(SizeException size, long maxBytes) throws BodyTooLargeException {
        if (size.getPermittedSize() == maxBytes) {
            throw new BodyTooLargeException(maxBytes);
        }
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                "The head of a part has more than " + size.getPermittedSize() + " bytes; send a shorter file name.");
    }

    private static Map<String, List<String>> query(String query) {
        try {
            return UriComponentsBuilder.newInstance().query(query).build().getQueryParams();
        } catch (IllegalArgumentException e) {
            throw unreadableQuery(e);
        }
    }

    private static String decoded(@Nullable String value) {
        try {
            return value == null ? "" : UriUtils.decode(value.replace('+', ' '), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unreadableQuery(e);
        }
    }

    private static FuseException unreadableQuery(IllegalArgumentException e) {
        return new FuseException(ErrorCode.BAD_REQUEST, "The query cannot be decoded; send options as form fields.", e);
    }

    /** An empty field says nothing, as an HTML form sends it. */
    private static void put(Map<String, String> options, String name, String value) {
        if (!value.isBlank() && options.put(name, value.strip()) != null) {
            throw twice(name);
        }
    }

    private static FuseInput.Picture picture(Part part, FuseInput.@Nullable Picture before, FuseJson json)
            throws IOException {
        if (before != null) {
            throw twice(part.getName());
        }
        if (isField(part)) {
            return FuseInput.Picture.at(uri(part));
        }
        if (part.getSize() > json.maxPictureBytes()) {
            throw FuseInput.Picture.tooLarge(part.getName(), json.maxPictureBytes());
        }
        try (InputStream bytes = part.getInputStream()) {
            byte[] picture = new byte[Math.toIntExact(part.getSize())];
            bytes.readNBytes(picture, 0, picture.length);
            return FuseInput.Picture.of(picture);
        } finally {
            part.delete(); // Lets go of the part's own copy.
        }
    }

    private static FuseInput.Output output(Part part, FuseInput.@Nullable Output before) throws IOException {
        if (before != null) {
            throw twice(part.getName());
        }
        return new FuseInput.Output(uri(part));
    }

    /** What a form sends of a text field: neither a file's name nor a type. */
    private static boolean isField(Part part) {
        return part.getSubmittedFileName() == null && part.getContentType() == null;
    }

    private static String option(Part part, String pictures) throws IOException {
        if (part.getSize() > LONGEST_OPTION_BYTES) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "A form field is longer than any option; send " + pictures + " as files.");
        }
        return text(part);
    }

    private static String uri(Part part) throws IOException {
        if (part.getSize() > LONGEST_URI_BYTES) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, part.getName() + " is longer than any URI; send pictures as files.");
        }
        return text(part).strip();
    }

    private static String text(Part part) throws IOException {
        try (InputStream bytes = part.getInputStream()) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static FuseException twice(String name) {
        return new FuseException(ErrorCode.BAD_REQUEST, Messages.quoted(name) + " is given twice; give it once.");
    }
}
