package dev.facefuse.function.storage;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first asked for, and closed only then. */
final class WhenNeeded<T extends AutoCloseable> {
    private final Supplier<T> maker;
    private @Nullable T made;

    WhenNeeded(Supplier<T> maker) {
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

    /** What there is to close; null if it was never asked for. */
    synchronized @Nullable T made() {
        return made;
    }
}
