package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Buckets in a map, behind the same front as the real ones: what is not allowed never gets here, and what does is kept in a book.
 * Versions are of the content, as S3's are.
 */
public final class MemoryS3 implements WritableStore<S3Location> {
    /** {@code read uri}, {@code find uri}, {@code write uri}, in order. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    public final Map<String, NewObject> objects = new TreeMap<>();

    /** Thrown in place of an answer; null for none. */
    public volatile @Nullable FuseException fault;

    /** The URI that may not be written; null for none. */
    public volatile @Nullable String readOnly;

    /** Done before each write, once: another worker. */
    public volatile @Nullable Runnable beforeWrite;

    /** The storage that has this for its S3, and no files and no web. */
    public UriStorage storage(List<String> read, List<String> write) {
        StorageSettings settings =
                new StorageSettings(read, write, StorageSettings.Timeouts.DEFAULT, StorageSettings.S3.DEFAULT);
        AllowedPrefixes readable = settings.readable();
        return new UriStorage(
                settings,
                this,
                new LocalFiles(readable, settings.writable()),
                new WebStore(readable, settings.patience()));
    }

    /** Puts an upload there. */
    public MemoryS3 with(String uri, byte[] bytes) {
        objects.put(uri, new NewObject(bytes, "application/octet-stream", Map.of()));
        return this;
    }

    @Override
    public synchronized StoredObject read(S3Location location, long maxBytes) {
        NewObject object = ask("read", location)
                .orElseThrow(
                        () -> new FuseException(ErrorCode.STORAGE_NOT_FOUND, location.display() + " does not exist."));
        if (object.bytes().length > maxBytes) {
            throw FuseInput.Picture.tooLarge(location.display(), maxBytes);
        }
        return new StoredObject(object.bytes(), state(object));
    }

    @Override
    public synchronized Optional<StoredState> find(S3Location location) {
        return ask("find", location).map(MemoryS3::state);
    }

    @Override
    public boolean write(S3Location location, NewObject object, WriteCondition condition) {
        Runnable other = beforeWrite;
        if (other != null) {
            beforeWrite = null;
            other.run();
        }
        return writeNow(location, object, condition);
    }

    @Override
    public synchronized void remove(S3Location location) {
        calls.add("remove " + location.display());
        objects.remove(location.display());
    }

    private synchronized boolean writeNow(S3Location location, NewObject object, WriteCondition condition) {
        if (location.display().equals(readOnly)) {
            throw new FuseException(ErrorCode.STORAGE_DENIED, location.display() + " is read-only.");
        }
        if (!condition.holds(ask("write", location).map(MemoryS3::state))) {
            return false;
        }
        objects.put(location.display(), object);
        return true;
    }

    private Optional<NewObject> ask(String verb, S3Location location) {
        calls.add(verb + " " + location.display());
        FuseException now = fault;
        if (now != null) {
            throw now;
        }
        return Optional.ofNullable(objects.get(location.display()));
    }

    private static StoredState state(NewObject object) {
        int content = Arrays.hashCode(object.bytes());
        return new StoredState("%08x-%d".formatted(content, object.bytes().length), object.metadata());
    }
}
