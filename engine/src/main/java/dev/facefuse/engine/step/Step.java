package dev.facefuse.engine.step;

import java.util.List;

/**
 * One step of a fusion. Its name, its networks and its memory cost are all that reports, progress events, metrics, the memory
 * estimate and {@code doctor} know about it. A step is made for one fusion with its options, and reads no global state.
 */
public interface Step {
    /** The name in reports, progress events and metrics, {@code read-template}. */
    String name();

    /** The roles of the networks that it runs. */
    default List<String> networks() {
        return List.of();
    }

    /** The host memory that it takes at most. */
    default MemoryCost cost(Sizes sizes) {
        return MemoryCost.NONE;
    }

    /** Whether it has to run; asked when all steps before it have run. A step that is skipped is not reported. */
    default boolean isNeeded(FusionContext context) {
        return true;
    }

    /** Does its work. Native objects that it leaves to later steps belong to the context. */
    void run(FusionContext context);
}
