package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.pack.ModelPack;

/** Meshes made of the canonical face. */
final class SyntheticFace {
    static final FaceTopology TOPOLOGY =
            FaceTopology.read(ModelPack.embedded("mesh").asset("topology"));

    private SyntheticFace() {}

    /**
     * The canonical face, looking at the camera or turned to its side.
     *
     * @param x of its middle, pixels
     * @param y of its middle, pixels
     * @param scale pixels a centimetre; the eyes are about 6.4 cm apart
     * @param yawDegrees positive shows more of the face's right half, on the picture
     */
    static Mesh mesh(double x, double y, double scale, double yawDegrees) {
        double cos = Math.cos(Math.toRadians(yawDegrees));
        double sin = Math.sin(Math.toRadians(yawDegrees));
        float[] xyz = new float[3 * Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            float[] v = TOPOLOGY.vertices()[i];
            xyz[3 * i] = (float) (x + scale * (v[0] * cos - v[2] * sin));
            xyz[3 * i + 1] = (float) (y - scale * v[1]);
            xyz[3 * i + 2] = (float) (-scale * (v[0] * sin + v[2] * cos));
        }
        return Mesh.of(xyz);
    }

    /** The mesh with a ring (mouth or eye) opened to a height of this share of its width. */
    static Mesh opened(Mesh mesh, int[] ring, double heightOverWidth) {
        float[] xyz = mesh.toArray();
        int half = ring.length / 2;
        double left = mesh.x(ring[0]);
        double width = mesh.x(ring[half]) - left;
        double middle = (mesh.y(ring[0]) + mesh.y(ring[half])) / 2;
        for (int i = 0; i < ring.length; i++) {
            double t = 2 * (mesh.x(ring[i]) - left) / width - 1;
            double lip = Math.max(0, 1 - t * t) * heightOverWidth * width / 2;
            xyz[3 * ring[i] + 1] = (float) (middle + (i <= half ? lip : -lip));
        }
        return Mesh.of(xyz);
    }

    static Mesh eyesOpened(Mesh mesh, double heightOverWidth) {
        return opened(opened(mesh, TOPOLOGY.leftEye(), heightOverWidth), TOPOLOGY.rightEye(), heightOverWidth);
    }

    static Face face(Mesh mesh) {
        Box bounds = mesh.bounds();
        return new Face(new Detection(bounds, 1, mesh.leftEye(), mesh.rightEye()), mesh);
    }
}
