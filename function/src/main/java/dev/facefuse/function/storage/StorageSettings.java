package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be touched, and how stores are spoken to.
 *
 * @param read prefixes that may be read, such as {@code s3://bucket/incoming/}
 * @param write prefixes that may be written
 * @param patience how long to wait and how often to try
 * @param s3 which S3
 */
public record StorageSettings(List<String> read, List<String> write, Patience patience, S3 s3) {

    /** Nothing may be touched. */
    public static final StorageSettings NOTHING =
            new StorageSettings(List.of(), List.of(), Patience.DEFAULT, S3.DEFAULT);

    /** For the person at the terminal: every file and every bucket that they may read and write themselves. */
    public static final StorageSettings OF_THE_CALLER = new StorageSettings(
            List.of("file:///", "s3://*/"), List.of("file:///", "s3://*/"), Patience.DEFAULT, S3.DEFAULT);

    /** @throws FuseException {@code bad-request} for a prefix that is not understood */
    public StorageSettings {
        read = List.copyOf(read);
        write = List.copyOf(write);
        readable(read);
        writable(write);
    }

    Places readable() {
        return readable(read);
    }

    Places writable() {
        return writable(write);
    }

    private static Places readable(List<String> prefixes) {
        return Places.of("facefuse.storage.read", prefixes);
    }

    private static Places writable(List<String> prefixes) {
        return Places.of("facefuse.storage.write", prefixes);
    }

    /**
     * How long to wait and how often to try. Only S3 is tried again, and only for faults that may pass.
     *
     * @param connectTimeout for a connection, each time
     * @param readTimeout between two reads of an answer
     * @param timeout for an object with all tries, at least as long as one of them
     * @param attempts tries in all, 1 … 10
     */
    public record Patience(Duration connectTimeout, Duration readTimeout, Duration timeout, int attempts) {
        private static final int MOST_ATTEMPTS = 10;

        public static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60), 3);

        /** @throws FuseException {@code bad-request} for times that are not positive, or a number of tries beyond its bounds */
        public Patience {
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
     * Which S3. Credentials are found by the AWS SDK's default chain: environment, profile, web identity, container, instance.
     *
     * @param endpoint of a store that is not Amazon's, {@code http(s)://host:port}; null for Amazon's, or what the SDK finds in
     *     {@code AWS_ENDPOINT_URL_S3}
     * @param region null for the one the SDK finds, or, with an endpoint, {@code us-east-1}
     * @param addressing where the bucket's name goes
     */
    public record S3(@Nullable URI endpoint, @Nullable String region, Addressing addressing) {
        public static final S3 DEFAULT = new S3(null, null, Addressing.AUTO);

        /** @throws FuseException {@code bad-request} for an endpoint that is no server's address */
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

    /** Where the bucket's name goes in a request. */
    public enum Addressing {
        /** The path with an endpoint of one's own, else the host. */
        AUTO,
        /** {@code https://host/bucket/key}. */
        PATH,
        /** {@code https://bucket.host/key}. */
        VIRTUAL
    }
}
