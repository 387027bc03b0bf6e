package dev.facefuse.engine.picture;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/**
 * Owns native objects until the object that will own them is made, and closes them if it is not.
 *
 * <pre>{@code
 * try (Unfinished made = new Unfinished()) {
 *     return made.finished(Picture.of(made.own(colours()), made.own(alpha())));
 * }
 * }</pre>
 */
public final class Unfinished implements AutoCloseable {
    private final Deque<Pointer> objects = new ArrayDeque<>();

    /** Takes an object over. */
    public <T extends Pointer> T own(T object) {
        objects.push(object);
        return object;
    }

    /** Leaves all objects to the result, which is returned. */
    public <T> T finished(T result) {
        objects.clear();
        return result;
    }

    /** Closes what no result has taken, the newest first. */
    @Override
    public void close() {
        objects.forEach(Pointer::close);
    }
}
