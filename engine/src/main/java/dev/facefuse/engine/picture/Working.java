package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.Warning;
import java.util.Optional;

/**
 * A picture in the size the networks look at, and the way back. Has no alpha: that stays with the picture it was made from.
 *
 * @param picture owned; may share its pixels with the picture it was made from, so it is for reading
 * @param mapping between the coordinates of both
 * @param warning for the result, where the picture was much larger than needed
 */
public record Working(Picture picture, Mapping mapping, Optional<Warning> warning) implements AutoCloseable {
    @Override
    public void close() {
        picture.close();
    }
}
