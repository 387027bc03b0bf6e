package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.SVDecomp;
import static org.bytedeco.opencv.global.opencv_core.determinant;

import dev.facefuse.engine.face.Mesh;
import java.nio.DoubleBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The similarity in space (rotation, scale, translation, no reflection) that aligns one mesh with another with the least squared
 * distance: S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991.
 */
@SuppressWarnings("ArrayRecordComponent") // Two small matrices; never compared.
record SpaceAlignment(double[] linear, double[] shift) {

    static SpaceAlignment of(Mesh from, Mesh to) {
        double[] fromMean = mean(from);
        double[] toMean = mean(to);
        double[] covariance = new double[9];
        double fromVariance = 0;
        for (int i = 0; i < Mesh.POINTS; i++) {
            double[] a = {from.x(i) - fromMean[0], from.y(i) - fromMean[1], from.z(i) - fromMean[2]};
            double[] b = {to.x(i) - toMean[0], to.y(i) - toMean[1], to.z(i) - toMean[2]};
            for (int r = 0; r < 3; r++) {
                fromVariance += a[r] * a[r] / Mesh.POINTS;
                for (int c = 0; c < 3; c++) {
                    covariance[3 * r + c] += b[r] * a[c] / Mesh.POINTS;
                }
            }
        }
        double[] linear = scaledRotation(covariance, fromVariance);
        double[] shift = new double[3];
        for (int r = 0; r < 3; r++) {
            shift[r] = toMean[r];
            for (int c = 0; c < 3; c++) {
                shift[r] -= linear[3 * r + c] * fromMean[c];
            }
        }
        return new SpaceAlignment(linear, shift);
    }

    /** The mesh moved: 468 × (x, y, z). */
    double[] apply(Mesh mesh) {
        double[] moved = new double[3 * Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            for (int r = 0; r < 3; r++) {
                moved[3 * i + r] = linear[3 * r] * mesh.x(i)
                        + linear[3 * r + 1] * mesh.y(i)
                        + linear[3 * r + 2] * mesh.z(i)
                        + shift[r];
            }
        }
        return moved;
    }

    private static double[] scaledRotation(double[] covariance, double fromVariance) {
        try (Mat matrix = new Mat(3, 3, CV_64F);
                Mat w = new Mat();
                Mat u = new Mat();
                Mat vt = new Mat()) {
            DoubleBuffer values = matrix.createBuffer();
            values.put(covariance);
            SVDecomp(matrix, w, u, vt);
            double[] singular = doubles(w, 3);
            double[] left = doubles(u, 9);
            double[] right = doubles(vt, 9);
            double sign = determinant(u) * determinant(vt) < 0 ? -1 : 1;
            double scale = (singular[0] + singular[1] + sign * singular[2]) / fromVariance;
            double[] linear = new double[9];
            for (int r = 0; r < 3; r++) {
                for (int c = 0; c < 3; c++) {
                    linear[3 * r + c] = scale
                            * (left[3 * r] * right[c]
                                    + left[3 * r + 1] * right[3 + c]
                                    + sign * left[3 * r + 2] * right[6 + c]);
                }
            }
            return linear;
        }
    }

    private static double[] doubles(Mat mat, int n) {
        double[] values = new double[n];
        DoubleBuffer buffer = mat.createBuffer();
        buffer.get(values);
        return values;
    }

    private static double[] mean(Mesh mesh) {
        double[] mean = new double[3];
        for (int i = 0; i < Mesh.POINTS; i++) {
            mean[0] += mesh.x(i) / Mesh.POINTS;
            mean[1] += mesh.y(i) / Mesh.POINTS;
            mean[2] += mesh.z(i) / Mesh.POINTS;
        }
        return mean;
    }
}
