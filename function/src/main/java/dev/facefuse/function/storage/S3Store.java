package dev.facefuse.function.storage;

import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Objects in S3 and compatible stores. The client is created at first use, because that takes half a second. */
final class S3Store implements WritableStore<S3Location> {
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int NOT_FOUND = 404;

    private final Lazy<S3Client> client;

    S3Store(StorageSettings.S3 settings, StorageSettings.Timeouts patience) {
        this.client = new Lazy<>(() -> S3Clients.open(settings, patience));
    }

    @Override
    public StoredObject read(S3Location location, long maxBytes) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .build();
        try {
            return client.get().getObject(request, bounded(location, maxBytes));
        } catch (SdkException e) {
            throw S3Errors.named(e, location, "read");
        }
    }

    /** Reads inside the SDK's call, so that its time limit and retries include the body. */
    private static ResponseTransformer<GetObjectResponse, StoredObject> bounded(S3Location location, long maxBytes) {
        return (GetObjectResponse response, AbortableInputStream in) -> {
            Long length = response.contentLength();
            try {
                byte[] bytes = BoundedBytes.read(
                        in, location.display(), length == null ? BoundedBytes.UNKNOWN : length, maxBytes);
                return new StoredObject(bytes, state(response.eTag(), response.metadata()));
            } catch (IOException e) {
                throw RetryableException.create("The object's bytes ended too early", e);
            } catch (RuntimeException e) {
                in.abort(); // Otherwise the client would read the rest of the body to reuse the connection.
                throw e;
            }
        };
    }

    @Override
    public Optional<StoredState> find(S3Location location) {
        HeadObjectRequest request = HeadObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .build();
        try {
            HeadObjectResponse response = client.get().headObject(request);
            return Optional.of(state(response.eTag(), response.metadata()));
        } catch (SdkException e) {
            if (S3Errors.status(e) == NOT_FOUND) {
                return Optional.empty();
            }
            throw S3Errors.named(e, location, "read");
        }
    }

    @Override
    public boolean write(S3Location location, NewObject object, WriteCondition condition) {
        try {
            client.get().putObject(request(location, object, condition), RequestBody.fromBytes(object.bytes()));
            return true;
        } catch (SdkException e) {
            if (condition instanceof WriteCondition.None) {
                throw S3Errors.named(e, location, "written");
            }
            return switch (S3Errors.status(e)) {
                case NOT_IMPLEMENTED -> write(location, object, WriteCondition.NONE);
                case PRECONDITION_FAILED, CONFLICT -> false;
                default -> {
                    // S3 answers If-Match with 404 if the object was deleted meanwhile.
                    if (S3Errors.status(e) == NOT_FOUND && condition instanceof WriteCondition.Same) {
                        yield false;
                    }
                    throw S3Errors.named(e, location, "written");
                }
            };
        }
    }

    @Override
    public void remove(S3Location location) {
        try {
            client.get()
                    .deleteObject(request -> request.bucket(location.bucket()).key(location.key()));
        } catch (SdkException e) {
            throw S3Errors.named(e, location, "removed");
        }
    }

    private static PutObjectRequest request(S3Location location, NewObject object, WriteCondition condition) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .contentType(object.mediaType())
                .metadata(object.metadata());
        if (condition instanceof WriteCondition.Absent) {
            request.ifNoneMatch("*");
        } else if (condition instanceof WriteCondition.Same same) {
            request.ifMatch("\"" + same.etag() + "\"");
        }
        return request.build();
    }

    private static StoredState state(@Nullable String etag, @Nullable Map<String, String> metadata) {
        return new StoredState(etag == null ? "" : etag.replace("\"", ""), metadata == null ? Map.of() : metadata);
    }

    @Override
    public void close() {
        S3Client made = client.made();
        if (made != null) {
            made.close();
        }
    }
}
