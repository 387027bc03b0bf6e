package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/** Pixels over a part of a picture, and how much of each shows. */
interface Layer {
    /**
     * A pixel of the layer.
     *
     * @param x of the picture
     * @param y of the picture
     * @param rgb what is written, 0 … 255; nothing if nothing shows
     * @return how much shows, 0 … 1
     */
    float read(int x, int y, float[] rgb);

    /** Outside of this nothing shows; picture pixels. */
    Box bounds();
}
