package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that results can be written to.
 *
 * @param <L> the type of its locations
 */
interface WritableStore<L extends Location> extends Store<L> {

    /** Writes an object; false if the condition does not hold. */
    boolean write(L location, NewObject object, WriteCondition condition);

    /** Removes an object if it exists. */
    void remove(L location);

    /**
     * Writes a picture, then its report. If the report is not written, a picture that was not there before is removed again.
     *
     * @param condition for the report
     * @return false if the condition does not hold
     */
    default boolean writeResult(L picture, NewObject pixels, L report, NewObject text, WriteCondition condition) {
        boolean isNew = isMissing(picture);
        write(picture, pixels, WriteCondition.NONE);
        boolean written = false;
        try {
            written = write(report, text, condition);
            return written;
        } finally {
            if (isNew && !written) {
                removeAlone(picture);
            }
        }
    }

    private boolean isMissing(L location) {
        try {
            return find(location).isEmpty();
        } catch (FuseException e) {
            return false; // It may exist, so it must not be removed afterwards.
        }
    }

    private void removeAlone(L picture) {
        try {
            remove(picture);
        } catch (FuseException e) {
            Logger log = LoggerFactory.getLogger(WritableStore.class);
            log.warn("{} has no report and cannot be removed: {}", picture.display(), e.getMessage());
        }
    }
}
