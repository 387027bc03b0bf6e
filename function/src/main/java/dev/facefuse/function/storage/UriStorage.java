package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultKeys;
import dev.facefuse.function.Storage;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.util.Optional;

/**
 * Selects the store by the scheme of the URI. Parses the URI and checks it against {@link AllowedPrefixes} before it calls the store. Opens
 * connections at first use. Thread-safe.
 *
 * <pre>{@code
 * try (UriStorage storage = UriStorage.open(StorageSettings.OF_THE_CALLER)) {
 *     byte[] portrait = storage.read("s3://photos/portrait.jpg", 32 << 20).bytes();
 * }
 * }</pre>
 */
public final class UriStorage implements Storage, AutoCloseable {
    private final AllowedPrefixes readable;
    private final AllowedPrefixes writable;
    private final WritableStore<S3Location> s3;
    private final WritableStore<FileLocation> files;
    private final Store<WebLocation> web;

    UriStorage(
            StorageSettings settings,
            WritableStore<S3Location> s3,
            WritableStore<FileLocation> files,
            Store<WebLocation> web) {
        this.readable = settings.readable();
        this.writable = settings.writable();
        this.s3 = s3;
        this.files = files;
        this.web = web;
    }

    /** Opens S3, files and web servers. The caller closes the result. */
    public static UriStorage open(StorageSettings settings) {
        AllowedPrefixes readable = settings.readable();
        LocalFiles files = new LocalFiles(readable, settings.writable());
        files.removeTemporaryFiles();
        return new UriStorage(
                settings,
                new S3Store(settings.s3(), settings.patience()),
                files,
                new WebStore(readable, settings.patience()));
    }

    @Override
    public StoredObject read(String uri, long maxBytes) {
        Location location = Location.parse(uri);
        readable.require(location);
        if (location instanceof S3Location object) {
            return s3.read(object, maxBytes);
        }
        return location instanceof FileLocation file
                ? files.read(file, maxBytes)
                : web.read((WebLocation) location, maxBytes);
    }

    @Override
    public Optional<StoredState> find(String uri) {
        Location location = Location.parse(uri);
        if (!writable.allow(location)) {
            readable.require(location);
        }
        if (location instanceof S3Location object) {
            return s3.find(object);
        }
        return location instanceof FileLocation file ? files.find(file) : web.find((WebLocation) location);
    }

    @Override
    public void requireWritable(String uri) {
        writableLocation(uri);
    }

    @Override
    public void requireResultPlace(String uri) {
        String name = writableLocation(uri).name();
        if (!ResultKeys.isPicture(name)) {
            throw Location.bad(
                    "The name of output must end in .jpg, .png, .webp, .bmp or .tiff and must not begin with a dot;"
                            + " name it like s3://bucket/folder/1.jpg.");
        }
    }

    @Override
    public boolean writeResult(
            String picture, NewObject pixels, String report, NewObject text, Optional<StoredState> seen) {
        requireResultPlace(picture);
        Location to = writableLocation(picture);
        Location beside = writableLocation(report);
        WriteCondition condition = seen.map(UriStorage::same).orElse(WriteCondition.ABSENT);
        if (to instanceof S3Location object && beside instanceof S3Location its) {
            return s3.writeResult(object, pixels, its, text, condition);
        }
        if (to instanceof FileLocation file && beside instanceof FileLocation its) {
            return files.writeResult(file, pixels, its, text, condition);
        }
        throw new IllegalArgumentException("A report lies in the store of its picture");
    }

    private static WriteCondition same(StoredState seen) {
        return seen.etag().isEmpty() ? WriteCondition.NONE : new WriteCondition.Same(seen.etag());
    }

    @Override
    public void write(String uri, NewObject object) {
        write(uri, object, WriteCondition.NONE);
    }

    @Override
    public boolean create(String uri, NewObject object) {
        return write(uri, object, WriteCondition.ABSENT);
    }

    @Override
    public boolean replace(String uri, StoredState seen, NewObject object) {
        return write(uri, object, same(seen));
    }

    private boolean write(String uri, NewObject object, WriteCondition condition) {
        Location location = writableLocation(uri);
        return location instanceof S3Location there
                ? s3.write(there, object, condition)
                : files.write((FileLocation) location, object, condition);
    }

    private Location writableLocation(String uri) {
        Location location = Location.parse(uri);
        if (location instanceof WebLocation) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED, "Results go to s3:// or file:/// places only; name one of them.");
        }
        writable.require(location);
        return location;
    }

    @Override
    public void close() {
        s3.close();
        files.close();
        web.close();
    }
}
