package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The orientation of a stored picture: the eight values of EXIF's tag 274 (CIPA DC-008 4.6.4), in their order. Each value is a
 * transposition or none, then a mirroring of columns or none, then a mirroring of rows or none; together they are the symmetries of a
 * rectangle.
 */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    ROTATED_180(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    ROTATED_90_CLOCKWISE(true, true, false),
    TRANSVERSED(true, true, true),
    ROTATED_90_COUNTERCLOCKWISE(true, false, true);

    private static final Orientation[] VALUES = values();

    private final boolean transposes;
    private final boolean mirrorsColumns;
    private final boolean mirrorsRows;

    Orientation(boolean transposes, boolean mirrorsColumns, boolean mirrorsRows) {
        this.transposes = transposes;
        this.mirrorsColumns = mirrorsColumns;
        this.mirrorsRows = mirrorsRows;
    }

    static boolean isValid(long exif) {
        return exif >= 1 && exif <= VALUES.length;
    }

    /** By EXIF's number, 1 to 8. */
    static Orientation of(int exif) {
        return VALUES[exif - 1];
    }

    /** Whether width and height change places. */
    boolean transposes() {
        return transposes;
    }

    /**
     * Turns stored pixels for showing. Takes ownership of {@code stored}: turns it in place and returns it, or closes it
     * and returns another; closes it too if it throws.
     */
    Mat turn(Mat stored) {
        return NativeImage.kept(transposes ? transposed(stored) : stored, shown -> {
            if (mirrorsColumns || mirrorsRows) {
                flip(shown, shown, mirrorsColumns && mirrorsRows ? -1 : mirrorsColumns ? 1 : 0);
            }
        });
    }

    private static Mat transposed(Mat stored) {
        try (stored) {
            return NativeImage.filled(shown -> transpose(stored, shown));
        }
    }
}
