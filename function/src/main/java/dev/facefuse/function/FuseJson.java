package dev.facefuse.function;

import dev.facefuse.engine.Report;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the function's JSON. Error messages are sentences for the client instead of the parser's. Unknown members are
 * rejected, so that a misspelt option is not silently replaced by its default. Output goes straight to the stream.
 */
public final class FuseJson {
    private static final int DEEPEST = 8;
    private static final int TEXT_SLACK_CHARACTERS = 4096;

    private final JsonMapper mapper;
    private final ObjectWriter indented;
    private final ObjectWriter ascii;
    private final long maxPictureBytes;

    /**
     * JSON with a limit for pictures.
     *
     * @param maxPictureBytes largest picture, decoded bytes
     */
    public FuseJson(long maxPictureBytes) {
        this(maxPictureBytes, FuseOptionCatalog.ALL);
    }

    FuseJson(long maxPictureBytes, List<FuseOption<?>> options) {
        this.maxPictureBytes = maxPictureBytes;
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength((int) Math.min(Integer.MAX_VALUE, textLength(maxPictureBytes)))
                        .maxNestingDepth(DEEPEST)
                        .build())
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, true)
                // UTF-8 only: for damaged input the detection of UTF-16 and UTF-32 would report an error of the stream.
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                // Error messages must not quote the client's picture.
                .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false)
                // The code that opened a stream flushes and closes it; a short response is then sent in one piece.
                .configure(StreamWriteFeature.AUTO_CLOSE_TARGET, false)
                .configure(StreamWriteFeature.FLUSH_PASSED_TO_STREAM, false)
                .build();
        this.mapper = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addModule(new SimpleModule().addDeserializer(FuseOptionsInput.class, new FuseOptionsReader(options)))
                .build();
        this.indented = mapper.writer().with(SerializationFeature.INDENT_OUTPUT);
        this.ascii = mapper.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
    }

    /** The most characters that a picture of this size takes in JSON. */
    public static long textLength(long pictureBytes) {
        return (pictureBytes + 2) / 3 * 4 + TEXT_SLACK_CHARACTERS;
    }

    /** The largest picture, decoded bytes. */
    public long maxPictureBytes() {
        return maxPictureBytes;
    }

    /** The mapper, for frameworks. */
    public JsonMapper mapper() {
        return mapper;
    }

    /**
     * Reads the input of a fusion.
     *
     * @throws FuseException {@code bad-request}, {@code picture-too-large}
     * @throws IOException the stream's own
     */
    public FuseInput read(InputStream json) throws IOException {
        return read(json, FuseInput.class, FUSE);
    }

    /**
     * Reads the input of a face search.
     *
     * @throws FuseException as {@link #read(InputStream)}
     * @throws IOException the stream's own
     */
    public FacesInput readFaces(InputStream json) throws IOException {
        return read(json, FacesInput.class, FACES);
    }

    private <T> T read(InputStream json, Class<T> type, String expected) throws IOException {
        try {
            T input = mapper.readerFor(type)
                    .withAttribute(Base64Decoder.Deserializer.MAX_BYTES, maxPictureBytes)
                    .readValue(ByteOrderMark.skipped(json));
            if (input == null) {
                throw new FuseException(ErrorCode.BAD_REQUEST, "The body is null; " + expected);
            }
            return input;
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw translated(e, expected);
        }
    }

    /**
     * The options of a fusion, from form fields or a query.
     *
     * @throws FuseException {@code bad-request}
     */
    public FuseOptionsInput options(Map<String, String> fields) {
        return converted(fields, FuseOptionsInput.class, FUSE);
    }

    /**
     * The input of a face search, from form fields or a query.
     *
     * @throws FuseException {@code bad-request}
     */
    public FacesInput faces(FuseInput.@Nullable Picture picture, Map<String, String> fields) {
        return new FacesInput(
                picture, converted(fields, FacesOptions.class, FACES).threshold());
    }

    private record FacesOptions(@Nullable Float threshold) {}

    private <T> T converted(Map<String, String> fields, Class<T> type, String expected) {
        try {
            return mapper.convertValue(fields, type);
        } catch (JacksonException e) {
            throw translated(e, expected);
        }
    }

    /** Writes in one line and leaves the stream open. */
    public void write(OutputStream to, Object value) {
        mapper.writeValue(to, value);
    }

    /** Indented text. */
    public byte[] indented(Object value) {
        return (indented.writeValueAsString(value) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A report as an object to write. */
    public NewObject reportObject(Object report, Map<String, String> metadata) {
        return new NewObject(indented(report), "application/json", metadata);
    }

    /**
     * A report as an object to write, with a member that names its picture.
     *
     * @param extension of the picture
     */
    NewObject reportObject(Report report, String extension, Map<String, String> metadata) {
        ObjectNode text = mapper.valueToTree(report);
        return reportObject(text.put(ResultMetadata.PICTURE_MEMBER, extension), metadata);
    }

    /** One line of ASCII, for a header. */
    public String asciiLine(Object value) {
        return ascii.writeValueAsString(value);
    }

    private static final String FACES =
            "send {\"picture\": {\"base64\": \"…\"}, \"threshold\": 0.5}, or uri for base64.";

    private static final String FUSE =
            "send {\"template\": {\"base64\": \"…\"}, \"user\": {\"base64\": \"…\"}, \"options\": {…}}, or uri for base64.";

    /** Jackson names the member only in its message. */
    private static final Pattern DUPLICATE =
            Pattern.compile("Duplicate Object property \"(.*?)\"(?: \\(|$|\\n)", Pattern.DOTALL);

    private static FuseException translated(JacksonException e, String expected) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FuseException named) {
                return named;
            }
        }
        String where = where(e);
        if (e instanceof UnrecognizedPropertyException unknown) {
            List<Object> known = List.copyOf(unknown.getKnownPropertyIds());
            return bad((where.isEmpty() ? "" : where + ": ") + "'" + Messages.quoted(unknown.getPropertyName())
                    + "' is not known; known are "
                    + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", ")) + ".");
        }
        if (e instanceof MismatchedInputException mismatch && !where.isEmpty()) {
            return bad(where + " must be " + kind(mismatch.getTargetType()) + ".");
        }
        if (e instanceof InputCoercionException && !where.isEmpty()) {
            return bad(where + " is beyond all bounds; send a smaller number.");
        }
        Matcher duplicate = DUPLICATE.matcher(String.valueOf(e.getOriginalMessage()));
        if (e instanceof StreamReadException && duplicate.lookingAt()) {
            return bad((where.isEmpty() ? "" : where + ": ") + "'" + Messages.quoted(duplicate.group(1))
                    + "' is given twice; give it once.");
        }
        if (e instanceof StreamReadException) {
            return bad("The body is not JSON (line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + "); " + expected);
        }
        return bad("The body is not what is expected; " + expected);
    }

    private static FuseException bad(String sentence) {
        return new FuseException(ErrorCode.BAD_REQUEST, sentence);
    }

    /** The member with the error, such as {@code options.blend}; for an unknown member, the object that contains it. */
    private static String where(JacksonException e) {
        List<String> names = e.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(java.util.Objects::nonNull)
                .map(Messages::quoted)
                .toList();
        if (e instanceof UnrecognizedPropertyException && !names.isEmpty()) {
            names = names.subList(0, names.size() - 1);
        }
        return String.join(".", names);
    }

    private static final Map<String, String> KINDS = new TreeMap<>(Map.of(
            "Float", "a number",
            "Integer", "a whole number",
            "String", "a word or a number",
            "byte[]", "base64 text"));

    private static String kind(Class<?> type) {
        return KINDS.getOrDefault(type.getSimpleName(), "an object");
    }
}
