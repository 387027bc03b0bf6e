package dev.facefuse.function;

import java.util.Optional;

/**
 * Where pictures come from and results go to, each by its URI. Whoever implements it decides which places may be read and
 * which may be written; every method refuses the others with {@code storage-denied}, before anything is asked of them.
 *
 * <p>All methods throw {@link dev.facefuse.engine.problem.FuseException}: {@code bad-request} for what is no URI of a kind that
 * is known, {@code storage-not-found}, {@code storage-denied}, and {@code timeout} where a store does not answer in time and
 * another try may help. No sentence repeats a query string or a password.
 */
public interface Storage {

    /**
     * Reads an object whole.
     *
     * @param maxBytes bytes it may have; a larger one is {@code picture-too-large}, found out without holding more than these
     */
    StoredObject read(String uri, long maxBytes);

    /** What is known of an object without reading it; empty if there is none. Its place may be one to read or one to write. */
    Optional<StoredState> find(String uri);

    /** Refuses a place that results may not go to, so that no work is done in vain. */
    void requireWritable(String uri);

    /**
     * Refuses a place that a result may not go to, as {@link #requireWritable} does, and with {@code bad-request} a name that is not a
     * picture's (see {@link ResultKeys#isPicture}).
     */
    void requireResultPlace(String uri);

    /**
     * Writes a picture and then its report, both or, as far as the store can, neither: a picture whose report cannot be written is
     * removed again, unless it took the place of an older one.
     *
     * @param report beside the picture, in the same store
     * @param seen the object in the report's place; empty if there was none
     * @return false if something else is in the report's place now, which stays as it is
     */
    boolean writeResult(String picture, NewObject pixels, String report, NewObject text, Optional<StoredState> seen);

    /** Writes an object whole or not at all, in place of what was there. */
    void write(String uri, NewObject object);

    /**
     * Writes an object where there is none, if the store can tell; two that do so at once get two answers.
     *
     * @return false if there is one already, which stays as it is
     */
    boolean create(String uri, NewObject object);

    /**
     * Writes an object in place of the one that was seen, if the store can tell.
     *
     * @return false if another is there now, which stays as it is
     */
    boolean replace(String uri, StoredState seen, NewObject object);
}
