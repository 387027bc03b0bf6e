package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;

/**
 * Mouth and eyes, open and shut. An opening that the user's photo cannot fill (a shut mouth for an open one) keeps what the
 * template shows there.
 *
 * @param mouth 0 … 1: how much of the template's inner mouth stays
 * @param leftEye the same for the eye on the picture's left
 * @param rightEye the same for the eye on the picture's right
 */
record Openings(double mouth, double leftEye, double rightEye) {
    /** Below these, openings over squared width, there is nothing to keep. */
    private static final double MOUTH_SHUT = 0.03;

    private static final double MOUTH_OPEN = 0.08;
    private static final double EYE_SHUT = 0.07;
    private static final double EYE_OPEN = 0.11;

    /** User's opening over template's: below the first the user's texture would tear, from the second on it serves. */
    private static final double TEARS = 0.35;

    private static final double SERVES = 0.65;

    static Openings of(Mesh template, Mesh user, FaceTopology topology) {
        double mouth = Smoothstep.between(MOUTH_SHUT, MOUTH_OPEN, openness(template, topology.lipsInner()))
                * lacking(template, user, topology.lipsInner());
        return new Openings(mouth, eye(template, user, topology.leftEye()), eye(template, user, topology.rightEye()));
    }

    private static double eye(Mesh template, Mesh user, int[] ring) {
        double templateShut = 1 - Smoothstep.between(EYE_SHUT, EYE_OPEN, openness(template, ring));
        return Math.max(templateShut, lacking(template, user, ring));
    }

    private static double lacking(Mesh template, Mesh user, int[] ring) {
        double ratio = openness(user, ring) / Math.max(1e-6, openness(template, ring));
        return 1 - Smoothstep.between(TEARS, SERVES, ratio);
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
