package dev.facefuse.nativelib;

/**
 * The allocator settings in force.
 *
 * @param conf what libtorch reads, e.g. {@code max_split_size_mb:128}; empty is its default
 * @param source whose it is
 * @param variable the environment variable that carries it
 * @param readBack whether the running allocator was asked and confirmed it; false where there is no CUDA device or it is the
 *     user's
 * @param remark why it was not read back; empty where it was
 */
public record AllocatorReport(String conf, Source source, String variable, boolean readBack, String remark) {

    /** Who set it. */
    public enum Source {
        /** {@link AllocatorSettings}. */
        OURS,
        /** The process was started with it: nothing here overrides what the user says. */
        USER
    }

    AllocatorReport confirmed() {
        return new AllocatorReport(conf, source, variable, true, "");
    }

    AllocatorReport unconfirmed(String why) {
        return new AllocatorReport(conf, source, variable, false, why);
    }
}
