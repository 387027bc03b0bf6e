package dev.facefuse.function.cli;

import java.nio.file.Path;
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
    private static final Pattern OTHER = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://.*");

    /** What picocli calls. */
    static FileOrUri parse(String word) {
        if (KNOWN.matcher(word).matches()) {
            return new FileOrUri(null, word);
        }
        if (OTHER.matcher(word).matches()) {
            throw new TypeConversionException("only paths, file: and s3: are known here; fetch it first");
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
