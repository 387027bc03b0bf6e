package dev.facefuse.function.storage;

import dev.facefuse.function.NewObject;

/**
 * A store that results may go to.
 *
 * @param <L> its kind of address
 */
interface WritableStore<L extends Location> extends Store<L> {

    /** Writes it, and says whether: not if the condition does not hold. */
    boolean write(L location, NewObject object, Condition condition);
}
