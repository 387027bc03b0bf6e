package dev.facefuse.engine.face;

/** A face in a picture, in that picture's pixels. */
public record Face(Detection detection, Mesh mesh) {
    public FivePoints fivePoints() {
        return mesh.fivePoints();
    }
}
