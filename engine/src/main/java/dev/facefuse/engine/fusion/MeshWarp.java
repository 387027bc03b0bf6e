package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the texture position of every pixel of a mesh: triangles are drawn into a depth buffer, and each pixel gets the barycentric
 * mean of its triangle's corner values.
 */
final class MeshWarp {
    /** From this cosine between normal and line of sight on, a texture is as good as one seen from the front. */
    private static final double SEEN_COS = 0.55;

    /** Below this cosine a texture is smeared. */
    private static final double HIDDEN_COS = 0.2;

    /** The mirrored side replaces the direct one only if its cosine is larger by this much. */
    private static final double MIRROR_GAIN_FROM = 0.15;

    private static final double MIRROR_GAIN_TO = 0.45;

    /** Slack of the inside test, so that neighbours leave no gap on their common edge. */
    private static final double EDGE_SLACK = 1e-4;

    private final FaceTopology topology;

    MeshWarp(FaceTopology topology) {
        this.topology = topology;
    }

    /**
     * Texture positions for every pixel of a canvas; NaN-free, −1 where there is no face.
     *
     * @param direct x, y in the user's pixels
     * @param mirrored x, y in the user's pixels of the face's other half
     * @param mirrorShare 0 … 1: weight of the mirrored texture
     * @param vertexValues one plane for each array of vertex values
     * @param cover 1 on the face, 0 outside
     */
    record Maps(
            FloatImage directX,
            FloatImage directY,
            FloatImage mirroredX,
            FloatImage mirroredY,
            FloatImage mirrorShare,
            List<FloatImage> vertexValues,
            FloatImage cover) {}

    /**
     * Draws a mesh.
     *
     * @param target position of the face, canvas pixels
     * @param source position of the texture, the user's pixels
     * @param vertexValues arrays of a value for each vertex, to be spread over the triangles
     * @param width of the canvas
     * @param height of the canvas
     */
    Maps draw(Mesh target, Mesh source, List<double[]> vertexValues, int width, int height) {
        double[] mirrorShare = mirrorShare(source);
        Maps maps = new Maps(
                plane(width, height, -1),
                plane(width, height, -1),
                plane(width, height, -1),
                plane(width, height, -1),
                plane(width, height, 0),
                vertexValues.stream().map(v -> plane(width, height, 0)).toList(),
                plane(width, height, 0));
        float[] depth = new float[width * height];
        Arrays.fill(depth, Float.POSITIVE_INFINITY);
        for (int[] triangle : topology.triangles()) {
            drawTriangle(triangle, target, source, vertexValues, mirrorShare, maps, depth);
        }
        return maps;
    }

    private void drawTriangle(
            int[] triangle,
            Mesh target,
            Mesh source,
            List<double[]> vertexValues,
            double[] mirrorShare,
            Maps maps,
            float[] depth) {
        int a = triangle[0];
        int b = triangle[1];
        int c = triangle[2];
        double ax = target.x(a);
        double ay = target.y(a);
        double bx = target.x(b);
        double by = target.y(b);
        double cx = target.x(c);
        double cy = target.y(c);
        double area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
        if (Math.abs(area) < 1e-9) {
            return;
        }
        int width = maps.cover.width();
        int minX = (int) Math.max(0, Math.ceil(Math.min(ax, Math.min(bx, cx)) - EDGE_SLACK));
        int maxX = (int) Math.min(width - 1.0, Math.floor(Math.max(ax, Math.max(bx, cx)) + EDGE_SLACK));
        int minY = (int) Math.max(0, Math.ceil(Math.min(ay, Math.min(by, cy)) - EDGE_SLACK));
        int maxY = (int) Math.min(maps.cover.height() - 1.0, Math.floor(Math.max(ay, Math.max(by, cy)) + EDGE_SLACK));
        int ma = topology.mirror()[a];
        int mb = topology.mirror()[b];
        int mc = topology.mirror()[c];
        for (int y = minY; y <= maxY; y++) {
            for (int x = minX; x <= maxX; x++) {
                double v = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area;
                double w = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area;
                double u = 1 - v - w;
                if (u < -EDGE_SLACK || v < -EDGE_SLACK || w < -EDGE_SLACK) {
                    continue;
                }
                int i = y * width + x;
                float z = (float) (u * target.z(a) + v * target.z(b) + w * target.z(c));
                if (z >= depth[i]) {
                    continue;
                }
                depth[i] = z;
                maps.directX.data()[i] = (float) (u * source.x(a) + v * source.x(b) + w * source.x(c));
                maps.directY.data()[i] = (float) (u * source.y(a) + v * source.y(b) + w * source.y(c));
                maps.mirroredX.data()[i] = (float) (u * source.x(ma) + v * source.x(mb) + w * source.x(mc));
                maps.mirroredY.data()[i] = (float) (u * source.y(ma) + v * source.y(mb) + w * source.y(mc));
                maps.mirrorShare.data()[i] = (float) (u * mirrorShare[a] + v * mirrorShare[b] + w * mirrorShare[c]);
                for (int k = 0; k < vertexValues.size(); k++) {
                    double[] values = vertexValues.get(k);
                    maps.vertexValues.get(k).data()[i] = (float) (u * values[a] + v * values[b] + w * values[c]);
                }
                maps.cover.data()[i] = 1;
            }
        }
    }

    /** For each vertex: 1 where it is turned away and its mirror image is not. */
    private double[] mirrorShare(Mesh source) {
        double[] facing = facing(source);
        double[] share = new double[Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            double gain = facing[topology.mirror()[i]] - facing[i];
            share[i] = Smoothstep.between(MIRROR_GAIN_FROM, MIRROR_GAIN_TO, gain)
                    * (1 - Smoothstep.between(HIDDEN_COS, SEEN_COS, facing[i]));
        }
        return share;
    }

    /** Cosine between each vertex's normal and the direction to the camera (−z). */
    private double[] facing(Mesh mesh) {
        double[] normals = new double[3 * Mesh.POINTS];
        for (int[] t : topology.triangles()) {
            double[] ab = difference(mesh, t[0], t[1]);
            double[] ac = difference(mesh, t[0], t[2]);
            double[] n = {ab[1] * ac[2] - ab[2] * ac[1], ab[2] * ac[0] - ab[0] * ac[2], ab[0] * ac[1] - ab[1] * ac[0]};
            for (int corner : t) {
                for (int k = 0; k < 3; k++) {
                    normals[3 * corner + k] += n[k];
                }
            }
        }
        double[] facing = new double[Mesh.POINTS];
        double total = 0;
        for (int i = 0; i < Mesh.POINTS; i++) {
            double length = Math.hypot(Math.hypot(normals[3 * i], normals[3 * i + 1]), normals[3 * i + 2]) + 1e-9;
            facing[i] = -normals[3 * i + 2] / length;
            total += facing[i];
        }
        if (total < 0) { // The asset decides the orientation of triangles; most of a face is turned to the camera.
            for (int i = 0; i < Mesh.POINTS; i++) {
                facing[i] = -facing[i];
            }
        }
        return facing;
    }

    private static double[] difference(Mesh mesh, int from, int to) {
        return new double[] {mesh.x(to) - mesh.x(from), mesh.y(to) - mesh.y(from), mesh.z(to) - mesh.z(from)};
    }

    private static FloatImage plane(int width, int height, float value) {
        FloatImage plane = new FloatImage(width, height, 1);
        Arrays.fill(plane.data(), value);
        return plane;
    }
}
