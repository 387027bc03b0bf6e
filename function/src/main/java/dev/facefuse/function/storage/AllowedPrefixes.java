package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.file.Path;
import java.util.List;

/**
 * The URI prefixes that may be read or written, such as {@code s3://bucket/incoming/}, {@code file:///srv/pictures/} and
 * {@code https://images.example.org/}. Each ends in a slash, so that {@code s3://bucket/in} does not allow {@code incoming} as
 * well. {@code s3://*}{@code /} allows every bucket. An empty list allows nothing.
 */
final class AllowedPrefixes {
    private static final String EVERY_BUCKET = "*";

    private final String property;
    private final List<Place> places;

    private AllowedPrefixes(String property, List<Place> places) {
        this.property = property;
        this.places = places;
    }

    /**
     * Parses prefixes.
     *
     * @param property the setting that lists the prefixes, for errors
     * @throws FuseException {@code bad-request}
     */
    static AllowedPrefixes of(String property, List<String> prefixes) {
        return new AllowedPrefixes(
                property,
                prefixes.stream()
                        .map(String::strip)
                        .filter(prefix -> !prefix.isEmpty())
                        .map(prefix -> place(property, prefix))
                        .toList());
    }

    boolean allow(Location location) {
        return places.stream().anyMatch(place -> place.holds(location));
    }

    /** The allowed folder that contains a file, so that links out of it can be detected; the outermost if there are several. */
    Path folder(FileLocation file) {
        return places.stream()
                .filter(place -> place.holds(file))
                .map(place -> ((Folder) place).root)
                .min((a, b) -> a.getNameCount() - b.getNameCount())
                .orElseThrow();
    }

    /** The allowed folders of this machine, except the root of the file system. */
    List<Path> folders() {
        return places.stream()
                .filter(Folder.class::isInstance)
                .map(place -> ((Folder) place).root)
                .filter(root -> root.getNameCount() > 0)
                .toList();
    }

    /** @throws FuseException {@code storage-denied} */
    void require(Location location) {
        if (!allow(location)) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    location.display() + " is not among the places that are allowed here; add its prefix to " + property
                            + " or name another.");
        }
    }

    private sealed interface Place {
        boolean holds(Location location);
    }

    private record Prefix(String bucket, String key) implements Place {
        @Override
        public boolean holds(Location location) {
            return location instanceof S3Location s3
                    && (bucket.equals(EVERY_BUCKET) || bucket.equals(s3.bucket()))
                    && s3.key().startsWith(key);
        }
    }

    private record Folder(Path root) implements Place {
        @Override
        public boolean holds(Location location) {
            return location instanceof FileLocation file && file.path().startsWith(root);
        }
    }

    private record Site(WebLocation root) implements Place {
        @Override
        public boolean holds(Location location) {
            return location instanceof WebLocation web
                    && web.scheme().equals(root.scheme())
                    && web.host().equals(root.host())
                    && web.port() == root.port()
                    && web.uri().getRawPath().startsWith(root.uri().getRawPath());
        }
    }

    private static Place place(String property, String prefix) {
        try {
            if (prefix.endsWith("/")) {
                return S3Location.matches(prefix)
                        ? keys(prefix.substring(S3Location.SCHEME.length()))
                        : FileLocation.matches(prefix) ? folder(prefix) : site(prefix);
            }
        } catch (FuseException e) {
            // The error below names the setting.
        }
        throw new FuseException(
                ErrorCode.BAD_REQUEST,
                property
                        + " has a place that is not understood; give prefixes like s3://bucket/folder/, file:///folder/ or"
                        + " https://host/, each with a slash at its end.");
    }

    private static Place keys(String bucketAndPrefix) {
        int slash = Math.max(0, bucketAndPrefix.indexOf('/'));
        String bucket = bucketAndPrefix.substring(0, slash);
        String key = bucketAndPrefix.substring(Math.min(slash + 1, bucketAndPrefix.length()));
        if (!(bucket.equals(EVERY_BUCKET) || S3Location.isBucket(bucket)) || !S3Location.isPlain(key)) {
            throw Location.bad("Not a bucket and a prefix.");
        }
        return new Prefix(bucket, key);
    }

    private static Place folder(String prefix) {
        return new Folder(FileLocation.parse(prefix).path());
    }

    private static Place site(String prefix) {
        WebLocation root = WebLocation.parse(prefix);
        if (root.uri().getRawQuery() != null) {
            throw Location.bad("Not a host and a path.");
        }
        return new Site(root);
    }
}
