package dev.facefuse.function;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import org.jspecify.annotations.Nullable;

/**
 * A request for the faces of a picture.
 *
 * <pre>{@code
 * {"picture": {"base64": "…"}, "threshold": 0.4}
 * }</pre>
 *
 * @param picture in which faces are searched
 * @param threshold detection score that a face must reach; null for a fusion's default
 */
public record FacesInput(
        FuseInput.Picture picture, @Nullable Float threshold) {

    // The parameter is nullable because members of JSON can be missing; the component never is.
    public FacesInput(FuseInput.@Nullable Picture picture, @Nullable Float threshold) {
        if (picture == null) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "picture is missing; send the picture whose faces are wanted.");
        }
        this.picture = picture.checked("picture");
        this.threshold = threshold;
    }

    float thresholdOrDefault() {
        return threshold == null ? FaceChoice.DEFAULT.threshold() : threshold;
    }
}
