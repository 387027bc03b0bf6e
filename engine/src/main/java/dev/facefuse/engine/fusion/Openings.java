package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;

/**
 * Mouth and eyes, open and shut. An opening that the user's photo cannot fill (a shut mouth for an open one) keeps what the
 * template shows there.
 *
 * @param keepsMouth whether the template's inner mouth stays
 * @param keepsEyes whether the template's eyes stay
 */
record Openings(boolean keepsMouth, boolean keepsEyes) {
    /** From this opening on, area over squared width, a mouth is open. */
    private static final double MOUTH_OPEN = 0.06;

    /** The same for an eye. */
    private static final double EYE_OPEN = 0.09;

    /** With less than this share of the template's opening, the user's texture would tear when stretched over it. */
    private static final double SERVES = 0.5;

    static Openings of(Mesh template, Mesh user, FaceTopology topology) {
        double templateMouth = openness(template, topology.lipsInner());
        double userMouth = openness(user, topology.lipsInner());
        // A shut template keeps the line between its lips, or the user's teeth would show in it as specks.
        boolean keepsMouth = templateMouth > MOUTH_OPEN ? userMouth < SERVES * templateMouth : userMouth > MOUTH_OPEN;
        // Both eyes or none: one of each person would be worse than either.
        double templateEyes = eyeOpenness(template, topology);
        boolean keepsEyes = templateEyes < EYE_OPEN || eyeOpenness(user, topology) < SERVES * templateEyes;
        return new Openings(keepsMouth, keepsEyes);
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
