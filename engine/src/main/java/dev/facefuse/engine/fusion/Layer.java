package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/** Pixels over a part of a picture, each with an opacity. */
interface Layer {
    /**
     * A pixel of the layer.
     *
     * @param x of the picture
     * @param y of the picture
     * @param rgb receives the colour, 0 … 255; unchanged if the opacity is 0
     * @return opacity, 0 … 1
     */
    float read(int x, int y, float[] rgb);

    /** The opacity is 0 outside of this box; picture pixels. */
    Box bounds();
}
