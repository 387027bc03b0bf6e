package dev.facefuse.function.application;

import dev.facefuse.function.storage.StorageSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code facefuse.storage.*}: what may be read and written, and how. The ranges are those of {@link StorageSettings}.
 *
 * @param read prefixes of URIs that may be read, each with a slash at its end: {@code s3://bucket/folder/},
 *     {@code file:///folder/} or {@code https://host/}. None means that nothing may be read
 * @param write prefixes of URIs that may be written, {@code s3:} or {@code file:}
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest wait between two reads of a response
 * @param timeout longest time for an object, with all attempts
 * @param attempts most attempts for an object
 * @param s3 the S3 service
 */
public record StorageProperties(
        @DefaultValue List<String> read,
        @DefaultValue List<String> write,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration readTimeout,
        @DefaultValue("60s") Duration timeout,
        @DefaultValue("3") int attempts,
        @DefaultValue S3 s3) {

    public StorageProperties {
        settings(read, write, new StorageSettings.Timeouts(connectTimeout, readTimeout, timeout, attempts), s3);
    }

    StorageSettings settings() {
        return settings(read, write, new StorageSettings.Timeouts(connectTimeout, readTimeout, timeout, attempts), s3);
    }

    private static StorageSettings settings(
            List<String> read, List<String> write, StorageSettings.Timeouts patience, S3 s3) {
        return new StorageSettings(
                read, write, patience, new StorageSettings.S3(s3.endpoint(), s3.region(), s3.addressing()));
    }

    /**
     * {@code facefuse.storage.s3.*}: the S3 service. Credentials come from the AWS SDK's default chain.
     *
     * @param endpoint of a service that is not Amazon's, such as MinIO, Ceph, R2 or OSS: {@code http://host:9000}
     * @param region the default is what the AWS SDK finds, and {@code us-east-1} with an endpoint
     * @param addressing where a bucket's name stands: {@code path}, {@code virtual} (in the host name; OSS needs it) or
     *     {@code auto} ({@code path} with an endpoint)
     */
    public record S3(
            @Nullable URI endpoint,
            @Nullable String region,
            @DefaultValue("auto") StorageSettings.Addressing addressing) {}
}
