package dev.facefuse.engine;

/** Follows a fusion; called on the fusing thread, so it must be quick. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = (stage, index, count) -> {};

    /**
     * A stage begins. What this throws ends the fusion, which throws it on.
     *
     * @param stage its name, as in {@link Report.Stage}
     * @param index 0 for the first
     * @param count of all stages
     */
    void onStage(String stage, int index, int count);

    /** The stage that began last has ended; one that fails, and the fusion with it, is not told. */
    default void onStageDone(Report.Stage stage) {}

    /** Whether nobody wants the result any more; asked now and then while the fusion waits for its turn. */
    default boolean gone() {
        return false;
    }
}
