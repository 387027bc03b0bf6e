package dev.facefuse.engine.face;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The topology of the 468 points: MediaPipe's canonical face. Left and right are the picture's. Arrays are shared: read only.
 *
 * @param vertices 468 × (x, y, z, u, v) of a mean face looking at the camera: centimetres, y up, z towards the camera
 * @param triangles 898 × three point indices, eyes and mouth included
 * @param mirror of each point, the index of its mirror image
 * @param oval the face's outline, in order
 * @param lipsOuter the lips' outer edge, in order
 * @param lipsInner the mouth's opening, in order
 * @param leftEye the lids' edge of the eye on the left, in order
 * @param rightEye the lids' edge of the eye on the right, in order
 * @param leftBrow the brow on the left, upper edge and lower edge
 * @param rightBrow the brow on the right
 */
@SuppressWarnings("ArrayRecordComponent") // One shared table, never compared.
public record FaceTopology(
        float[][] vertices,
        int[][] triangles,
        int[] mirror,
        int[] oval,
        int[] lipsOuter,
        int[] lipsInner,
        int[] leftEye,
        int[] rightEye,
        int[] leftBrow,
        int[] rightBrow) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Reads a pack's {@code topology} asset.
     *
     * @throws FuseException {@code pack-invalid} if it is not one
     */
    public static FaceTopology read(byte[] json) {
        FaceTopology topology;
        try {
            topology = JSON.readValue(json, FaceTopology.class);
        } catch (JacksonException e) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID, "The pack's topology is not JSON of the known form; export it again.", e);
        }
        if (topology == null || !topology.holds()) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The pack's topology lacks a ring or names points that a mesh does not have; export it again.");
        }
        return topology;
    }

    private boolean holds() {
        if (vertices == null || vertices.length != Mesh.POINTS) {
            return false;
        }
        for (float[] vertex : vertices) {
            if (vertex == null || vertex.length < 3) {
                return false;
            }
        }
        if (triangles == null || mirror == null || mirror.length != Mesh.POINTS) {
            return false;
        }
        for (int[] triangle : triangles) {
            if (triangle == null || triangle.length != 3 || !allPoints(triangle)) {
                return false;
            }
        }
        return allPoints(mirror)
                && Stream.of(oval, lipsOuter, lipsInner, leftEye, rightEye, leftBrow, rightBrow)
                        .allMatch(ring -> ring != null && ring.length > 2 && allPoints(ring));
    }

    private static boolean allPoints(int[] indices) {
        for (int i : indices) {
            if (i < 0 || i >= Mesh.POINTS) {
                return false;
            }
        }
        return true;
    }
}
