package dev.facefuse.engine.fusion;

/** The smoothstep function: 0 up to one edge, 1 from the other on, {@code 3t² − 2t³} between. */
final class Smoothstep {
    private Smoothstep() {}

    static double between(double from, double to, double x) {
        double t = Math.max(0, Math.min(1, (x - from) / (to - from)));
        return t * t * (3 - 2 * t);
    }
}
