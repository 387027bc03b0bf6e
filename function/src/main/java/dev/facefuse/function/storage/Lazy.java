package dev.facefuse.function.storage;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is created at first use. */
final class Lazy<T extends AutoCloseable> {
    private final Supplier<T> maker;
    private @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        T there = made;
        if (there == null) {
            there = maker.get();
            made = there;
        }
        return there;
    }

    /** The value if it was created, else null. */
    synchronized @Nullable T made() {
        return made;
    }
}
