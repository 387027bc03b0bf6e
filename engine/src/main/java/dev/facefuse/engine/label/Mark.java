package dev.facefuse.engine.label;

import org.jspecify.annotations.Nullable;

/**
 * Words in a corner of the picture that say it is made.
 *
 * @param words which
 * @param corner in which; null where nothing was said: bottom right, or where the settings have it
 */
public record Mark(Words words, @Nullable Corner corner) {
    public static final Mark NONE = new Mark(Words.NONE, null);

    /** In what language. */
    public enum Words {
        /** No mark. */
        NONE,
        /** AI生成. */
        ZH,
        /** AI-generated. */
        EN
    }

    /** Where. */
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

    /** This one, and what it leaves open as the other has it. */
    public Mark or(Mark other) {
        return new Mark(words == Words.NONE ? other.words : words, corner == null ? other.corner : corner);
    }
}
