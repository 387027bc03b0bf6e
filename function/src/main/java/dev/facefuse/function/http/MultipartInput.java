package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.Messages;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Reads the input of a fusion or a face search from a form: pictures as files, or as text fields with their URIs; {@code output} as a
 * text field with a URI; options as text fields or in the query.
 */
public final class MultipartInput {
    private static final int LONGEST_OPTION_BYTES = 256;
    private static final int LONGEST_URI_BYTES = 4096;
    private static final String TWO_PICTURES = "template and user";
    private static final String PICTURE = "picture";

    private MultipartInput() {}

    /**
     * Reads the parts {@code template}, {@code user}, {@code output} and the options.
     *
     * @param query of the URL; empty if there is none
     * @throws FuseException {@code bad-request} for a missing, double or unknown part
     * @throws ProblemException for more bytes than the body may have
     */
    public static FuseInput read(MultipartBody body, String query, FuseJson json) throws IOException {
        Map<String, String> options = options(query);
        FuseInput.@Nullable Picture template = null;
        FuseInput.@Nullable Picture user = null;
        FuseInput.@Nullable Output output = null;
        for (Part part : body.parts(TWO_PICTURES)) {
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
     * @param query of the URL; empty if there is none
     * @throws FuseException {@code bad-request} for a missing, double or unknown part
     * @throws ProblemException for more bytes than the body may have
     */
    static FacesInput readFaces(MultipartBody body, String query, FuseJson json) throws IOException {
        Map<String, String> options = options(query);
        FuseInput.@Nullable Picture picture = null;
        for (Part part : body.parts(PICTURE)) {
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

    /** HTML forms send empty fields; they count as missing. */
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
            part.delete(); // Releases the part's own copy.
        }
    }

    private static FuseInput.Output output(Part part, FuseInput.@Nullable Output before) throws IOException {
        if (before != null) {
            throw twice(part.getName());
        }
        return new FuseInput.Output(uri(part));
    }

    /** Whether it is a text field: a form sends those without a file name and without a type. */
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
