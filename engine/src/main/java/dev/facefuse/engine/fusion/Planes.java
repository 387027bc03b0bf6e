package dev.facefuse.engine.fusion;

/**
 * A square crop in the layout of a network's input: float planes, channel by channel, rows from the top, pixels from the left.
 *
 * @param channels number of planes
 * @param edge pixels
 * @param data channels × edge × edge
 */
@SuppressWarnings("ArrayRecordComponent") // A buffer with a shape; never compared.
record Planes(int channels, int edge, float[] data) {
    Planes {
        if (data.length != channels * edge * edge) {
            throw new IllegalArgumentException(
                    channels + " planes of " + edge + "×" + edge + " are not " + data.length + " values");
        }
    }

    Planes(int channels, int edge) {
        this(channels, edge, new float[channels * edge * edge]);
    }

    /** The points that stay in place when a crop is resized. */
    enum Corners {
        /** The centres of the corner pixels. */
        ALIGNED,
        /** The outer corners of the corner pixels. */
        OUTER
    }

    /** The interpolated value between pixels; bilinear, 0 outside. */
    float at(int channel, double x, double y) {
        if (!(x > -1 && y > -1 && x < edge && y < edge)) {
            return 0;
        }
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        float right = (float) (x - left);
        float below = (float) (y - top);
        float upper = (1 - right) * pixel(channel, left, top) + right * pixel(channel, left + 1, top);
        float lower = (1 - right) * pixel(channel, left, top + 1) + right * pixel(channel, left + 1, top + 1);
        return (1 - below) * upper + below * lower;
    }

    private float pixel(int channel, int x, int y) {
        return x < 0 || y < 0 || x >= edge || y >= edge ? 0 : data[(channel * edge + y) * edge + x];
    }

    /** The crop in another size; bilinear, without prefilter, the border repeated. */
    Planes resized(int newEdge, Corners corners) {
        double scale = corners == Corners.ALIGNED ? (edge - 1.0) / (newEdge - 1.0) : (double) edge / newEdge;
        double offset = corners == Corners.ALIGNED ? 0 : scale / 2 - 0.5;
        Planes resized = new Planes(channels, newEdge);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < newEdge; y++) {
                double fromY = inside(y * scale + offset);
                for (int x = 0; x < newEdge; x++) {
                    resized.data[(channel * newEdge + y) * newEdge + x] =
                            at(channel, inside(x * scale + offset), fromY);
                }
            }
        }
        return resized;
    }

    private double inside(double coordinate) {
        return Math.max(0, Math.min(edge - 1.0, coordinate));
    }

    /** Every value as {@code v·scale + offset}, clamped to {@code least} … {@code most}. */
    Planes mapped(float scale, float offset, float least, float most) {
        Planes mapped = new Planes(channels, edge);
        for (int i = 0; i < data.length; i++) {
            mapped.data[i] = Math.max(least, Math.min(most, data[i] * scale + offset));
        }
        return mapped;
    }
}
