package dev.facefuse.function.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A file on this machine.
 *
 * @param path absolute, without {@code .} and {@code ..}
 */
record FileLocation(Path path) implements Location {
    static final String SCHEME = "file:";

    static boolean matches(String uri) {
        return uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    static FileLocation parse(String uri) {
        try {
            URI parsed = new URI(uri);
            String path = parsed.getPath();
            if (path == null
                    || parsed.getRawAuthority() != null
                    || parsed.getRawQuery() != null
                    || parsed.getRawFragment() != null
                    || path.chars().anyMatch(Character::isISOControl)
                    || Location.hasDots(path)) {
                throw notAFile();
            }
            return new FileLocation(Path.of(parsed));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw notAFile();
        }
    }

    /** The location of a path, which may be relative. */
    static FileLocation of(Path path) throws InvalidPathException {
        return new FileLocation(path.toAbsolutePath().normalize());
    }

    private static RuntimeException notAFile() {
        return Location.bad(
                "A file uri must be file:/// and an absolute path, percent-encoded, without . or .. between slashes.");
    }

    @Override
    public String name() {
        return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    @Override
    public String display() {
        return path.toUri().toString();
    }
}
