package dev.facefuse.function.storage;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Creates S3 clients. */
final class S3Clients {
    /** Stores without regions expect this one. */
    private static final Region NO_REGION = Region.US_EAST_1;

    private S3Clients() {}

    static S3Client open(StorageSettings.S3 settings, StorageSettings.Timeouts patience) {
        boolean own = settings.endpoint() != null || isOwn(System::getenv, System::getProperty);
        boolean pathStyle =
                switch (settings.addressing()) {
                    case AUTO -> own;
                    case PATH -> true;
                    case VIRTUAL -> false;
                };
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(patience.connectTimeout())
                        .connectionAcquisitionTimeout(patience.timeout())
                        .socketTimeout(patience.readTimeout()))
                .overrideConfiguration(override -> override.apiCallTimeout(patience.timeout())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(patience.attempts())
                                .build()))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(pathStyle)
                        // Some stores support neither the SDK's chunked signatures nor the checksums that it adds by
                        // default.
                        .chunkedEncodingEnabled(false)
                        .build())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        } else if (own) {
            builder.region(configuredRegion());
        }
        return builder.build();
    }

    /** Whether the SDK finds an endpoint in the environment or in system properties. */
    static boolean isOwn(Lookup environment, Lookup properties) {
        return environment.get("AWS_ENDPOINT_URL_S3") != null
                || environment.get("AWS_ENDPOINT_URL") != null
                || properties.get("aws.endpointUrlS3") != null
                || properties.get("aws.endpointUrl") != null;
    }

    /** The configured region. The instance metadata service is not asked: with a configured endpoint there usually is none. */
    private static Region configuredRegion() {
        try {
            return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                    .getRegion();
        } catch (SdkClientException e) {
            return NO_REGION;
        }
    }

    /** Looks up an environment variable or a system property; null if it is not set. */
    interface Lookup {
        @Nullable
        String get(String name);
    }
}
