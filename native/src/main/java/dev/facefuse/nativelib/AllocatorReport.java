package dev.facefuse.nativelib;

/**
 * The allocator settings in force.
 *
 * @param conf the settings as libtorch reads them, such as {@code max_split_size_mb:128}; empty means libtorch's defaults
 * @param source where the settings come from
 * @param variable the environment variable that holds them
 * @param readBack whether the running allocator confirmed them; false without a CUDA device, and for the user's own settings
 * @param remark why they were not read back; empty if they were
 */
public record AllocatorReport(String conf, Source source, String variable, boolean readBack, String remark) {

    /** Where settings come from. */
    public enum Source {
        /** {@link AllocatorSettings}. */
        OURS,
        /** The environment in which the user started the process. It has precedence. */
        USER
    }

    AllocatorReport confirmed() {
        return new AllocatorReport(conf, source, variable, true, "");
    }

    AllocatorReport unconfirmed(String reason) {
        return new AllocatorReport(conf, source, variable, false, reason);
    }
}
