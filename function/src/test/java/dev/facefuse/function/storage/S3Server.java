package dev.facefuse.function.storage;

import dev.facefuse.function.NewObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/** An S3 server on the loopback, S3Proxy, with objects in memory; it checks signatures. */
public final class S3Server implements AutoCloseable {
    public static final String KEY = "test-key";
    public static final String SECRET = "test-secret";

    private final TransientNio2BlobStore store = new TransientNio2BlobStore();
    private final S3Proxy proxy;
    private final S3Client client;

    /** Starts one, and makes its credentials those that the SDK's default chain finds. */
    public S3Server(String... buckets) {
        proxy = S3Proxy.builder()
                .blobStore(store)
                .awsAuthentication(AuthenticationType.AWS_V4, KEY, SECRET)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        System.setProperty("aws.accessKeyId", KEY);
        System.setProperty("aws.secretAccessKey", SECRET);
        client = S3Clients.open(settings(StorageSettings.Addressing.AUTO), StorageSettings.Timeouts.DEFAULT);
        for (String bucket : buckets) {
            client.createBucket(request -> request.bucket(bucket));
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    /** Settings of a quiet HTTP server, on any port, that may read and write these prefixes here. */
    public Map<String, Object> httpSettings(String read, String write) {
        return Map.of(
                "server.port",
                0,
                "facefuse.storage.read",
                read,
                "facefuse.storage.write",
                write,
                "facefuse.storage.s3.endpoint",
                endpoint(),
                "logging.level.root",
                "OFF");
    }

    StorageSettings.S3 settings(StorageSettings.Addressing addressing) {
        return new StorageSettings.S3(endpoint(), null, addressing);
    }

    /** Storage that may do what the places say. */
    public UriStorage storage(List<String> read, List<String> write) {
        return UriStorage.open(new StorageSettings(
                read, write, StorageSettings.Timeouts.DEFAULT, settings(StorageSettings.Addressing.AUTO)));
    }

    /** Uploads an object with the server's own client, and returns its ETag. */
    public String put(String bucket, String key, byte[] bytes) {
        return put(bucket, key, new NewObject(bytes, "application/octet-stream", Map.of()));
    }

    String put(String bucket, String key, NewObject object) {
        return client.putObject(
                        request -> request.bucket(bucket)
                                .key(key)
                                .contentType(object.mediaType())
                                .metadata(object.metadata()),
                        RequestBody.fromBytes(object.bytes()))
                .eTag()
                .replace("\"", "");
    }

    /** Keeps every version of a bucket's objects from now on. */
    void keepVersions(String bucket) {
        client.putBucketVersioning(request -> request.bucket(bucket)
                .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
    }

    List<ObjectVersion> versions(String bucket, String prefix) {
        return versions(client, bucket, prefix);
    }

    static List<ObjectVersion> versions(S3Client client, String bucket, String prefix) {
        return client
                .listObjectVersionsPaginator(request -> request.bucket(bucket).prefix(prefix))
                .versions()
                .stream()
                .toList();
    }

    ResponseBytes<GetObjectResponse> object(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key));
    }

    /** The bytes that are there; null if there are none. */
    public byte[] get(String bucket, String key) {
        return head(bucket, key).map(there -> object(bucket, key).asByteArray()).orElse(null);
    }

    /** An object's metadata, as a HEAD request returns it. */
    public Optional<HeadObjectResponse> head(String bucket, String key) {
        try {
            return Optional.of(
                    client.headObject(request -> request.bucket(bucket).key(key)));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /** The keys there are. */
    public List<String> keys(String bucket) {
        return client.listObjectsV2(request -> request.bucket(bucket)).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    @Override
    public void close() {
        client.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        store.close();
    }
}
