package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The allowed prefixes, and how to connect to stores.
 *
 * @param read prefixes that may be read, such as {@code s3://bucket/incoming/}
 * @param write prefixes that may be written
 * @param patience timeouts and retries
 * @param s3 how to reach S3
 */
public record StorageSettings(List<String> read, List<String> write, Timeouts patience, S3 s3) {

    /** Allows nothing. */
    public static final StorageSettings NOTHING =
            new StorageSettings(List.of(), List.of(), Timeouts.DEFAULT, S3.DEFAULT);

    /** For the command line: every file and every bucket that the user may read and write. */
    public static final StorageSettings OF_THE_CALLER = new StorageSettings(
            List.of("file:///", "s3://*/"), List.of("file:///", "s3://*/"), Timeouts.DEFAULT, S3.DEFAULT);

    /** @throws FuseException {@code bad-request} for a prefix that is not understood */
    public StorageSettings {
        read = List.copyOf(read);
        write = List.copyOf(write);
        readable(read);
        writable(write);
    }

    AllowedPrefixes readable() {
        return readable(read);
    }

    AllowedPrefixes writable() {
        return writable(write);
    }

    private static AllowedPrefixes readable(List<String> prefixes) {
        return AllowedPrefixes.of("facefuse.storage.read", prefixes);
    }

    private static AllowedPrefixes writable(List<String> prefixes) {
        return AllowedPrefixes.of("facefuse.storage.write", prefixes);
    }

    /**
     * Timeouts and retries. Only requests to S3 are retried, and only after a retryable error.
     *
     * @param connectTimeout for each connection
     * @param readTimeout between two reads of a response
     * @param timeout for an object, including all attempts
     * @param attempts including the first, 1 … 10
     */
    public record Timeouts(Duration connectTimeout, Duration readTimeout, Duration timeout, int attempts) {
        private static final int MOST_ATTEMPTS = 10;

        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60), 3);

        /** @throws FuseException {@code bad-request} for a time that is not positive, or a number of attempts out of range */
        public Timeouts {
            positive("connect-timeout", connectTimeout);
            positive("read-timeout", readTimeout);
            positive("timeout", timeout);
            if (attempts < 1 || attempts > MOST_ATTEMPTS) {
                throw Location.bad("facefuse.storage.attempts is " + attempts + "; it must be between 1 and "
                        + MOST_ATTEMPTS + ".");
            }
        }

        private static void positive(String name, Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw Location.bad("facefuse.storage." + name + " is " + duration.toMillis()
                        + " ms; it must be more than nothing, such as 10s.");
            }
        }
    }

    /**
     * How to reach S3. The AWS SDK's default chain finds the credentials: environment, profile, web identity, container, instance.
     *
     * @param endpoint {@code http(s)://host:port} of a store that is not Amazon's; null for Amazon's, or for the one that the SDK finds
     *     in {@code AWS_ENDPOINT_URL_S3}
     * @param region null for the region that the SDK finds, or for {@code us-east-1} if there is an endpoint
     * @param addressing where the bucket's name is in a request
     */
    public record S3(@Nullable URI endpoint, @Nullable String region, Addressing addressing) {
        public static final S3 DEFAULT = new S3(null, null, Addressing.AUTO);

        /** @throws FuseException {@code bad-request} for an endpoint that is not a URL of a server */
        public S3 {
            if (endpoint != null
                    && (endpoint.getHost() == null
                            || endpoint.getRawUserInfo() != null
                            || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "facefuse.storage.s3.endpoint is not understood; give https://host or http://host:port.");
            }
        }
    }

    /** Where the bucket's name is in a request. */
    public enum Addressing {
        /** In the path if there is an endpoint, else in the host name. */
        AUTO,
        /** {@code https://host/bucket/key}. */
        PATH,
        /** {@code https://bucket.host/key}. */
        VIRTUAL
    }
}
