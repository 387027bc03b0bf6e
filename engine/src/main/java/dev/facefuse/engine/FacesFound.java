package dev.facefuse.engine;

import java.util.List;

/**
 * The faces of a picture.
 *
 * @param width width of the picture as it is shown, with its orientation applied; pixels
 * @param height height of the picture as it is shown; pixels
 * @param faces from left to right, as {@link dev.facefuse.engine.face.FaceChoice} counts them; empty if there is none
 */
public record FacesFound(int width, int height, List<Face> faces) {
    public FacesFound {
        faces = List.copyOf(faces);
    }

    /**
     * A face's box, in the picture's pixels, to a tenth; may reach over the picture's edge.
     *
     * @param index the number to choose this face by
     * @param score of the detector, 0 … 1, to a thousandth
     */
    public record Face(int index, double left, double top, double width, double height, double score) {}
}
