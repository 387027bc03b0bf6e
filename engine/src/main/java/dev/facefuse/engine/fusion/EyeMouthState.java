package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;

/**
 * Compares how far eyes and mouth are open in both pictures. If the user's photo cannot fill an opening (a shut mouth for an open
 * one), the template's pixels stay there.
 *
 * @param keepsMouth whether the template's inner mouth stays
 * @param keepsEyes whether the template's eyes stay
 */
record EyeMouthState(boolean keepsMouth, boolean keepsEyes) {
    /** A mouth is open from this ratio of area to squared width on. */
    private static final double MOUTH_OPEN = 0.06;

    /** An eye is open from this ratio of area to squared width on. */
    private static final double EYE_OPEN = 0.09;

    /** The user's opening must have at least this share of the template's; stretching it further would tear the texture. */
    private static final double SERVES = 0.5;

    static EyeMouthState of(Mesh template, Mesh user, FaceTopology topology) {
        double templateMouth = openness(template, topology.lipsInner());
        double userMouth = openness(user, topology.lipsInner());
        // A shut template keeps the line between its lips, or the user's teeth would show in it as specks.
        boolean keepsMouth = templateMouth > MOUTH_OPEN ? userMouth < SERVES * templateMouth : userMouth > MOUTH_OPEN;
        // Both eyes or none: one eye of each person would look worse.
        double templateEyes = eyeOpenness(template, topology);
        boolean keepsEyes = templateEyes < EYE_OPEN || eyeOpenness(user, topology) < SERVES * templateEyes;
        return new EyeMouthState(keepsMouth, keepsEyes);
    }

    private static double eyeOpenness(Mesh mesh, FaceTopology topology) {
        return (openness(mesh, topology.leftEye()) + openness(mesh, topology.rightEye())) / 2;
    }

    /** Enclosed area over the square of the largest distance from the ring's first point. */
    static double openness(Mesh mesh, int[] ring) {
        double twiceArea = 0;
        double width = 0;
        for (int i = 0; i < ring.length; i++) {
            int p = ring[i];
            int q = ring[(i + 1) % ring.length];
            twiceArea += mesh.x(p) * mesh.y(q) - mesh.x(q) * mesh.y(p);
            width = Math.max(width, mesh.point(ring[0]).distance(mesh.point(p)));
        }
        return Math.abs(twiceArea) / 2 / Math.max(1e-9, width * width);
    }
}
