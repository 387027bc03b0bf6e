package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;

/** Whether a second network adds detail to a fused face. */
public enum Enhance {
    /** If the face is large enough to show the detail. */
    AUTO,
    /** Always, even for a small face. */
    ALWAYS,
    /** Never; this is four times as fast. */
    NEVER;

    /** From this shorter edge of the face's box on, softening keeps the added detail. */
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
