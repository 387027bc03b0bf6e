package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/**
 * The generator's crop, mapped bilinearly into the template under the pack's mask.
 *
 * @param fused red, green, blue, 0 … 255
 * @param mask one plane of the same size, 0 … 1
 * @param toCrop from the template to the crop
 */
record GeneratorLayer(Planes fused, Planes mask, Similarity toCrop) implements Layer {
    @Override
    public float read(int x, int y, float[] rgb) {
        double u = toCrop.x(x, y);
        double v = toCrop.y(x, y);
        float weight = mask.at(0, u, v);
        if (weight > 0) {
            rgb[0] = fused.at(0, u, v);
            rgb[1] = fused.at(1, u, v);
            rgb[2] = fused.at(2, u, v);
        }
        return weight;
    }

    @Override
    public Box bounds() {
        int edge = mask.edge();
        int left = edge;
        int top = edge;
        int right = -1;
        int bottom = -1;
        for (int i = 0; i < mask.data().length; i++) {
            if (mask.data()[i] > 0) {
                left = Math.min(left, i % edge);
                right = Math.max(right, i % edge);
                top = Math.min(top, i / edge);
                bottom = Math.max(bottom, i / edge);
            }
        }
        return toCrop.inverse().bounds(new Box(left - 1, top - 1, right - left + 2, bottom - top + 2));
    }
}
