package dev.facefuse.function.storage;

import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.util.Optional;

/**
 * One kind of store, asked only for what is allowed; see {@link dev.facefuse.function.Storage} for what its methods promise.
 *
 * @param <L> its kind of address
 */
interface Store<L extends Location> extends AutoCloseable {

    StoredObject read(L location, long maxBytes);

    Optional<StoredState> find(L location);

    @Override
    default void close() {}
}
