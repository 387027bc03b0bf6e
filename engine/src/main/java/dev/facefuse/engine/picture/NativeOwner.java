package dev.facefuse.engine.picture;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/**
 * Owns native objects until another object owns them. If that object is not made, they are closed.
 *
 * <pre>{@code
 * try (NativeOwner owner = new NativeOwner()) {
 *     return owner.transferTo(Picture.of(owner.own(colours()), owner.own(alpha())));
 * }
 * }</pre>
 */
public final class NativeOwner implements AutoCloseable {
    private final Deque<Pointer> objects = new ArrayDeque<>();

    /** Takes ownership of an object. */
    public <T extends Pointer> T own(T object) {
        objects.push(object);
        return object;
    }

    /** Transfers ownership of all objects to the result, and returns the result. */
    public <T> T transferTo(T result) {
        objects.clear();
        return result;
    }

    /** Closes the objects that no result owns, the newest first. */
    @Override
    public void close() {
        objects.forEach(Pointer::close);
    }
}
