package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/**
 * The enhancer's crop, mapped bilinearly into the template under its own mask. At the crop's edge, where the mask is not quite 0,
 * its colours are repeated: black from outside would draw a line there.
 *
 * @param bgr 8 bits, rows from the top, {@link Alignment#ENHANCED_PX} square
 * @param toCrop from the template to the crop
 */
@SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
record EnhancerLayer(byte[] bgr, Similarity toCrop) implements Layer {
    private static final int EDGE = Alignment.ENHANCED_PX;

    @Override
    public float read(int x, int y, float[] rgb) {
        double u = toCrop.x(x, y);
        double v = toCrop.y(x, y);
        float weight = EnhancerMask.at(u, v);
        if (weight > 0) {
            int left = (int) Math.floor(u);
            int top = (int) Math.floor(v);
            float right = (float) (u - left);
            float below = (float) (v - top);
            for (int channel = 0; channel < 3; channel++) {
                float upper = (1 - right) * pixel(left, top, 2 - channel) + right * pixel(left + 1, top, 2 - channel);
                float lower =
                        (1 - right) * pixel(left, top + 1, 2 - channel) + right * pixel(left + 1, top + 1, 2 - channel);
                rgb[channel] = (1 - below) * upper + below * lower;
            }
        }
        return weight;
    }

    private int pixel(int x, int y, int channel) {
        int column = Math.max(0, Math.min(EDGE - 1, x));
        int row = Math.max(0, Math.min(EDGE - 1, y));
        return bgr[3 * (row * EDGE + column) + channel] & 0xFF;
    }

    @Override
    public Box bounds() {
        return toCrop.inverse().bounds(new Box(-1, -1, EDGE + 1, EDGE + 1));
    }
}
