package dev.facefuse.bench;

/** Peak signal-to-noise ratio of 8-bit pictures. */
final class Psnr {
    private static final double PEAK = 255;

    private Psnr() {}

    /** {@code 10·log₁₀(255² / mean squared difference)} over all values; infinite between the same. */
    static double between(byte[] a, byte[] b) {
        return where(a, b, new boolean[0]);
    }

    /**
     * The same over those values only that a fusion has changed.
     *
     * @param before the picture before the fusion that led to {@code b}
     */
    static double whereChanged(byte[] a, byte[] b, byte[] before) {
        boolean[] changed = new boolean[b.length];
        for (int i = 0; i < b.length; i++) {
            changed[i] = b[i] != before[i];
        }
        return where(a, b, changed);
    }

    /** Everywhere if {@code counts} is empty. */
    private static double where(byte[] a, byte[] b, boolean[] counts) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < b.length; i++) {
            if (counts.length == 0 || counts[i]) {
                double difference = (a[i] & 0xFF) - (b[i] & 0xFF);
                sum += difference * difference;
                count++;
            }
        }
        return 10 * Math.log10(PEAK * PEAK * count / sum);
    }
}
