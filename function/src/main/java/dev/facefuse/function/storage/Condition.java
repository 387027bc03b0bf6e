package dev.facefuse.function.storage;

import dev.facefuse.function.StoredState;
import java.util.Optional;

/** What must be there for an object to be written. */
sealed interface Condition {
    Condition NONE = new None();
    Condition ABSENT = new Absent();

    /** Whether it holds for what is there. */
    boolean holds(Optional<StoredState> there);

    /** Whatever is there. */
    record None() implements Condition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return true;
        }
    }

    /** Nothing is there. */
    record Absent() implements Condition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return there.isEmpty();
        }
    }

    /**
     * This version is there.
     *
     * @param etag without quotation marks
     */
    record Same(String etag) implements Condition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return there.map(StoredState::etag).equals(Optional.of(etag));
        }
    }
}
