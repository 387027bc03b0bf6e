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

/** Makes S3 clients of settings. */
final class S3Clients {
    /** What stores that have no regions are used to be told. */
    private static final Region NO_REGION = Region.US_EAST_1;

    private S3Clients() {}

    static S3Client open(StorageSettings.S3 settings, StorageSettings.Patience patience) {
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
                        // Bodies are signed whole. Not every store knows the SDK's chunks, nor the checksums it adds
                        // unasked.
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

    /** Whether the SDK will find an endpoint by itself. */
    static boolean isOwn(Lookup environment, Lookup properties) {
        return environment.get("AWS_ENDPOINT_URL_S3") != null
                || environment.get("AWS_ENDPOINT_URL") != null
                || properties.get("aws.endpointUrlS3") != null
                || properties.get("aws.endpointUrl") != null;
    }

    /** Without asking the instance that this may run on: with a store of its own it mostly is none. */
    private static Region configuredRegion() {
        try {
            return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                    .getRegion();
        } catch (SdkClientException e) {
            return NO_REGION;
        }
    }

    /** A variable or a property by its name; null if there is none. */
    interface Lookup {
        @Nullable
        String get(String name);
    }
}
