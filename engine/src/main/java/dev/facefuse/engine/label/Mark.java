package dev.facefuse.engine.label;

import org.jspecify.annotations.Nullable;

/**
 * A visible mark in a corner of the picture, which says that the picture is generated.
 *
 * @param words of the mark
 * @param corner of the picture; null for the settings' corner, or bottom right if the settings name none
 */
public record Mark(Words words, @Nullable Corner corner) {
    public static final Mark NONE = new Mark(Words.NONE, null);

    /** The words of the mark, by language. */
    public enum Words {
        /** No mark. */
        NONE,
        /** AI生成. */
        ZH,
        /** AI-generated. */
        EN
    }

    /** A corner of the picture. */
    public enum Corner {
        TOP_LEFT,
        TOP_RIGHT,
        BOTTOM_LEFT,
        BOTTOM_RIGHT;

        boolean isLeft() {
            return this == TOP_LEFT || this == BOTTOM_LEFT;
        }

        boolean isTop() {
            return this == TOP_LEFT || this == TOP_RIGHT;
        }
    }

    /** This mark, with the other one's words and corner where this one has none. */
    public Mark or(Mark other) {
        return new Mark(words == Words.NONE ? other.words : words, corner == null ? other.corner : corner);
    }
}
