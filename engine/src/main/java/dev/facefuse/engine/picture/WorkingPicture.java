package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.Warning;
import java.util.Optional;

/**
 * A picture in the size that networks see, and the mapping of coordinates. It has no alpha.
 *
 * @param picture owned; read only, since it may share its pixels with the original
 * @param mapping between the coordinates of both pictures
 * @param warning for the result, if the original is much larger than needed
 */
public record WorkingPicture(Picture picture, Mapping mapping, Optional<Warning> warning) implements AutoCloseable {
    @Override
    public void close() {
        picture.close();
    }
}
