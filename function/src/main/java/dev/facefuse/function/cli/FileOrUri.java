package dev.facefuse.function.cli;

import dev.facefuse.function.Words;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * What an option names: a path, or an object by a {@code file:} or {@code s3:} URI.
 *
 * @param path null if it is a URI
 * @param uri null if it is a path
 */
record FileOrUri(@Nullable Path path, @Nullable String uri) {
    static final FileOrUri NONE = new FileOrUri(Path.of(""), null);

    private static final Pattern KNOWN = Pattern.compile("(?:s3://|file:).*", Pattern.CASE_INSENSITIVE);
    /** Schemes that people try; a file with such a name can still be named with {@code ./} in front. */
    private static final Pattern WEB = Pattern.compile("(?:https?|ftps?):.*", Pattern.CASE_INSENSITIVE);

    private static final Pattern OTHER = Pattern.compile(
            "(?<scheme>[a-z][a-z0-9+.-]*)://.*|(?<known>s3[an]?|data|gs|gcs|oss|cos|obs|az|azure|wasbs?|abfss?):.*",
            Pattern.CASE_INSENSITIVE);

    private static final String WORKS = "a path, a file:///folder/picture.jpg or an s3://bucket/key";

    /** What picocli calls. */
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
                            : "URIs of the kind " + Words.quoted(scheme) + ": are not known; name " + WORKS);
        }
        return new FileOrUri(CommandLineDoor.path(word), null);
    }

    /** Its last name, which has the extension. */
    String name() {
        return uri == null ? String.valueOf(path == null ? null : path.getFileName()) : uri;
    }

    /** Whether both name one place; two ways to write a URI are two places. */
    boolean isSameAs(FileOrUri other) {
        if (path != null && other.path != null) {
            return path.toAbsolutePath()
                    .normalize()
                    .equals(other.path.toAbsolutePath().normalize());
        }
        return uri != null && uri.equals(other.uri);
    }

    /** As it was written. */
    @Override
    public String toString() {
        return uri == null ? String.valueOf(path) : uri;
    }
}
