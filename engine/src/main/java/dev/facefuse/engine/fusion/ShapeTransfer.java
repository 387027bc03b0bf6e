package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Transfers a part of the user's face shape to the template's mesh, but no expression and no pose. The user's mesh is aligned with the
 * template's by the best similarity in space, and a share of the remaining difference is added: nothing at the outline (the
 * template's head stays), and eyes and mouth move rigidly (the template's expression stays).
 */
final class ShapeTransfer {
    /** Share of the difference that is added. Above a half the mesh no longer fits the template. */
    private static final double SHARE = 0.27;

    /** Canonical distance from the outline, centimetres, over which the share grows to its full value. */
    private static final double OUTLINE_FADE_CM = 2.5;

    private static final int SMOOTHING_ROUNDS = 3;

    private final FaceTopology topology;
    private final double[] fade;
    private final int[][] neighbours;

    ShapeTransfer(FaceTopology topology) {
        this.topology = topology;
        this.fade = fade(topology);
        this.neighbours = neighbours(topology);
    }

    /**
     * The template's mesh with some of the user's shape; z stays the template's.
     *
     * @param template in any pixels
     * @param user in any pixels
     */
    Mesh apply(Mesh template, Mesh user) {
        double[] aligned = SpaceAlignment.of(user, template).apply(user);
        double[] delta = new double[2 * Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            delta[2 * i] = aligned[3 * i] - template.x(i);
            delta[2 * i + 1] = aligned[3 * i + 1] - template.y(i);
        }
        moveFeaturesAsWholes(delta);
        for (int round = 0; round < SMOOTHING_ROUNDS; round++) {
            delta = smooth(delta);
        }
        moveFeaturesAsWholes(delta);
        float[] xyz = template.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] += (float) (SHARE * fade[i] * delta[2 * i]);
            xyz[3 * i + 1] += (float) (SHARE * fade[i] * delta[2 * i + 1]);
        }
        return Mesh.of(xyz);
    }

    private void moveFeaturesAsWholes(double[] delta) {
        moveAsWhole(delta, topology.lipsOuter(), topology.lipsInner());
        moveAsWhole(delta, topology.leftEye());
        moveAsWhole(delta, topology.rightEye());
    }

    private static void moveAsWhole(double[] delta, int[]... rings) {
        double x = 0;
        double y = 0;
        int n = 0;
        for (int[] ring : rings) {
            for (int i : ring) {
                x += delta[2 * i];
                y += delta[2 * i + 1];
                n++;
            }
        }
        for (int[] ring : rings) {
            for (int i : ring) {
                delta[2 * i] = x / n;
                delta[2 * i + 1] = y / n;
            }
        }
    }

    private double[] smooth(double[] delta) {
        double[] mean = new double[delta.length];
        for (int i = 0; i < Mesh.POINTS; i++) {
            double x = delta[2 * i];
            double y = delta[2 * i + 1];
            for (int n : neighbours[i]) {
                x += delta[2 * n];
                y += delta[2 * n + 1];
            }
            mean[2 * i] = x / (neighbours[i].length + 1);
            mean[2 * i + 1] = y / (neighbours[i].length + 1);
        }
        return mean;
    }

    /** Weight of each vertex: 0 on the canonical face's outline, 1 well inside of it. */
    private static double[] fade(FaceTopology topology) {
        double[] fade = new double[Mesh.POINTS];
        float[][] vertices = topology.vertices();
        for (int i = 0; i < Mesh.POINTS; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int o : topology.oval()) {
                nearest =
                        Math.min(nearest, Math.hypot(vertices[i][0] - vertices[o][0], vertices[i][1] - vertices[o][1]));
            }
            fade[i] = Smoothstep.between(0, OUTLINE_FADE_CM, nearest);
        }
        return fade;
    }

    private static int[][] neighbours(FaceTopology topology) {
        List<SortedSet<Integer>> sets = new ArrayList<>();
        for (int i = 0; i < Mesh.POINTS; i++) {
            sets.add(new TreeSet<>());
        }
        for (int[] t : topology.triangles()) {
            for (int a : t) {
                for (int b : t) {
                    if (a != b) {
                        sets.get(a).add(b);
                    }
                }
            }
        }
        return sets.stream()
                .map(set -> set.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }
}
