package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/** Whether a fused face is given detail by a second network. */
public enum Enhance {
    /** Where the face is large enough to show it. */
    AUTO,
    /** However small the face. */
    ALWAYS,
    /** No: four times as fast. */
    NEVER;

    /** Smaller edge of a face's box from which on its detail is not softened away again. */
    static final double LEAST_EDGE_PX = 100;

    /**
     * Whether a face is enhanced.
     *
     * @param box of the face as detected, in the template's pixels
     */
    boolean wants(Box box) {
        return switch (this) {
            case AUTO -> box.shorterEdge() >= LEAST_EDGE_PX;
            case ALWAYS -> true;
            case NEVER -> false;
        };
    }
}
