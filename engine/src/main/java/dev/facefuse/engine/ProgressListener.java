package dev.facefuse.engine;

/** Is told about the stages of a fusion; called on the thread that fuses, so it must be quick. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = (stage, index, count) -> {};

    /**
     * A stage begins. An exception thrown here ends the fusion and is rethrown by it.
     *
     * @param stage its name, as in {@link Report.Stage}
     * @param index 0 for the first
     * @param count number of all stages
     */
    void onStage(String stage, int index, int count);

    /** The stage that began last has ended. Not called for a stage that fails. */
    default void onStageDone(Report.Stage stage) {}
}
