package dev.facefuse.function.cli;

import dev.facefuse.function.Messages;
import dev.facefuse.function.Storage;
import dev.facefuse.function.storage.InputFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of an option that names a file or object: a path, or a {@code file:} or {@code s3:} URI.
 *
 * @param path null if it is a URI
 * @param uri null if it is a path
 */
record FileOrUri(@Nullable Path path, @Nullable String uri) {
    static final FileOrUri NONE = new FileOrUri(Path.of(""), null);

    private static final Pattern KNOWN = Pattern.compile("(?:s3://|file:).*", Pattern.CASE_INSENSITIVE);

    /** Schemes that users try. A file with such a name can be named with {@code ./} in front. */
    private static final Pattern WEB = Pattern.compile("(?:https?|ftps?):.*", Pattern.CASE_INSENSITIVE);

    private static final Pattern OTHER = Pattern.compile(
            "(?<scheme>[a-z][a-z0-9+.-]*)://.*|(?<known>s3[an]?|data|gs|gcs|oss|cos|obs|az|azure|wasbs?|abfss?):.*",
            Pattern.CASE_INSENSITIVE);

    private static final String WORKS = "a path, a file:///folder/picture.jpg or an s3://bucket/key";

    /** Converts an option's value for picocli. */
    static FileOrUri parse(String word) {
        if (KNOWN.matcher(word).matches()) {
            return new FileOrUri(null, word);
        }
        if (WEB.matcher(word).matches()) {
            throw new TypeConversionException("web addresses are neither read nor written by the command line;"
                    + " download the picture (curl -o picture.jpg URL) and name the file, or name " + WORKS);
        }
        Matcher other = OTHER.matcher(word);
        if (other.matches()) {
            String scheme = other.group("scheme") == null ? other.group("known") : other.group("scheme");
            throw new TypeConversionException(
                    scheme.equalsIgnoreCase("s3")
                            ? "an s3 URI has two slashes behind the colon: s3://bucket/key"
                            : "URIs of the kind " + Messages.quoted(scheme) + ": are not known; name " + WORKS);
        }
        return new FileOrUri(Cli.path(word), null);
    }

    /** The name with the extension: a path's last element, or the whole URI. */
    String name() {
        return uri == null ? String.valueOf(path == null ? null : path.getFileName()) : uri;
    }

    /** Whether both name the same file or object. URIs are compared as text. */
    boolean isSameAs(FileOrUri other) {
        if (path != null && other.path != null) {
            return path.toAbsolutePath()
                    .normalize()
                    .equals(other.path.toAbsolutePath().normalize());
        }
        return uri != null && uri.equals(other.uri);
    }

    /**
     * Reads the picture whole.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code storage-not-found}, {@code storage-denied},
     *     {@code picture-too-large}, {@code timeout}
     */
    byte[] read(Storage storage, long maxBytes) {
        return path != null
                ? InputFile.read(path, maxBytes)
                : storage.read(Objects.requireNonNull(uri), maxBytes).bytes();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return uri == null ? String.valueOf(path) : uri;
    }
}
