package dev.facefuse.function.storage;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/** An object store that keeps every version of its objects and sends an event for each upload below {@code incoming/}. */
public interface UploadStore extends AutoCloseable {

    /** The environment variables with which another process finds this store. */
    Map<String, String> environment();

    /** Uploads an object and returns its ETag. */
    String put(String bucket, String key, byte[] bytes) throws Exception;

    /** An object with its metadata. */
    ResponseBytes<GetObjectResponse> get(String bucket, String key);

    /** All versions of all objects below a prefix, without delete markers. */
    List<ObjectVersion> versions(String bucket, String prefix);

    @Override
    void close();
}
