package dev.facefuse.function.storage;

import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.util.Optional;

/**
 * One kind of store. Its callers have checked that the location is allowed; {@link dev.facefuse.function.Storage} describes the methods.
 *
 * @param <L> the type of its locations
 */
interface Store<L extends Location> extends AutoCloseable {

    StoredObject read(L location, long maxBytes);

    Optional<StoredState> find(L location);

    @Override
    default void close() {}
}
