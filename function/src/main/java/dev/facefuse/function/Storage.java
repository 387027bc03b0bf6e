package dev.facefuse.function;

import java.util.Optional;

/**
 * Reads pictures and writes results by URI. The implementation decides which URIs may be read and which may be written; every method
 * refuses others with {@code storage-denied}, before it sends a request to a store.
 *
 * <p>All methods throw {@link dev.facefuse.engine.problem.FuseException}: {@code bad-request} for an invalid or unknown URI, {@code
 * storage-not-found}, {@code storage-denied}, and {@code timeout} if a store does not respond in time and a retry may help. No
 * message repeats a query string or a password.
 */
public interface Storage {

    /**
     * Reads a whole object.
     *
     * @param maxBytes the largest size; a larger object is {@code picture-too-large}, and no more than this is held in memory
     */
    StoredObject read(String uri, long maxBytes);

    /** The state of an object; empty if it does not exist. The URI may be readable or writable. */
    Optional<StoredState> find(String uri);

    /** Refuses a URI that results may not be written to, so that a caller can check it before the work. */
    void requireWritable(String uri);

    /**
     * Refuses a URI as {@link #requireWritable} does, and with {@code bad-request} a name that is not a picture's (see {@link
     * ResultKeys#isPicture}).
     */
    void requireResultPlace(String uri);

    /**
     * Writes a picture and then its report. If the report cannot be written, the picture is removed again, unless it replaced an older
     * one.
     *
     * @param report beside the picture, in the same store
     * @param seen the report's state when it was last looked up; empty if there was none
     * @return false if the report has changed since; it is then unchanged
     */
    boolean writeResult(String picture, NewObject pixels, String report, NewObject text, Optional<StoredState> seen);

    /** Writes an object atomically; an older one is replaced. */
    void write(String uri, NewObject object);

    /**
     * Writes an object if it does not exist. If two callers do so at once, one succeeds, as far as the store supports it.
     *
     * @return false if it exists; it is then unchanged
     */
    boolean create(String uri, NewObject object);

    /**
     * Writes an object if it has not changed since it was looked up, as far as the store supports that.
     *
     * @return false if it has changed; it is then unchanged
     */
    boolean replace(String uri, StoredState seen, NewObject object);
}
