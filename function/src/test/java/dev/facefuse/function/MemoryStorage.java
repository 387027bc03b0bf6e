package dev.facefuse.function;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Objects in a map, everything allowed; keeps book of what was asked for. */
public final class MemoryStorage implements Storage {
    /** {@code read uri}, {@code find uri}, {@code write uri}, in order. */
    public final List<String> calls = new ArrayList<>();

    public final Map<String, NewObject> objects = new TreeMap<>();
    private final Map<String, Integer> versions = new TreeMap<>();

    /** Puts an upload there. */
    public MemoryStorage with(String uri, byte[] bytes) {
        put(uri, new NewObject(bytes, "application/octet-stream", Map.of()));
        return this;
    }

    private void put(String uri, NewObject object) {
        objects.put(uri, object);
        versions.merge(uri, 1, Integer::sum);
    }

    @Override
    public synchronized StoredObject read(String uri, long maxBytes) {
        calls.add("read " + uri);
        NewObject object = objects.get(uri);
        if (object == null) {
            throw new FuseException(ErrorCode.STORAGE_NOT_FOUND, uri + " does not exist.");
        }
        if (object.bytes().length > maxBytes) {
            throw FuseInput.Picture.tooLarge(uri, maxBytes);
        }
        return new StoredObject(object.bytes(), state(uri));
    }

    private StoredState state(String uri) {
        return new StoredState("v" + versions.get(uri), objects.get(uri).metadata());
    }

    @Override
    public synchronized Optional<StoredState> find(String uri) {
        calls.add("find " + uri);
        return objects.containsKey(uri) ? Optional.of(state(uri)) : Optional.empty();
    }

    @Override
    public void requireWritable(String uri) {
        if (uri.contains("readonly")) {
            throw new FuseException(ErrorCode.STORAGE_DENIED, uri + " may not be written.");
        }
    }

    @Override
    public synchronized void write(String uri, NewObject object) {
        requireWritable(uri);
        calls.add("write " + uri);
        put(uri, object);
    }

    @Override
    public synchronized boolean create(String uri, NewObject object) {
        if (objects.containsKey(uri)) {
            return false;
        }
        write(uri, object);
        return true;
    }

    @Override
    public synchronized boolean replace(String uri, StoredState seen, NewObject object) {
        if (!objects.containsKey(uri) || !state(uri).etag().equals(seen.etag())) {
            return false;
        }
        write(uri, object);
        return true;
    }
}
