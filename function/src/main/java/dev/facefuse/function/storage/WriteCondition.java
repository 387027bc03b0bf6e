package dev.facefuse.function.storage;

import dev.facefuse.function.StoredState;
import java.util.Optional;

/** A precondition of a write: the state that the object must have before. */
sealed interface WriteCondition {
    WriteCondition NONE = new None();
    WriteCondition ABSENT = new Absent();

    /** Whether the object, if it exists, meets the condition. */
    boolean holds(Optional<StoredState> there);

    /** Holds always. */
    record None() implements WriteCondition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return true;
        }
    }

    /** Holds if the object does not exist. */
    record Absent() implements WriteCondition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return there.isEmpty();
        }
    }

    /**
     * Holds if the object exists in this version.
     *
     * @param etag without quotation marks
     */
    record Same(String etag) implements WriteCondition {
        @Override
        public boolean holds(Optional<StoredState> there) {
            return there.map(StoredState::etag).equals(Optional.of(etag));
        }
    }
}
