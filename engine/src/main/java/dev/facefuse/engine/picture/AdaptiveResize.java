package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LANCZOS4;

import dev.facefuse.engine.problem.Warning;
import java.util.Optional;

/**
 * Bounds the size of the pictures that networks see, by three rules on the short edge:
 *
 * <ul>
 *   <li>below 512: not scaled, but padded by reflection at the right and bottom to 512 on each side that is shorter;
 *   <li>512 to 1023: scaled to a short edge of 768 (Lanczos-4), aspect kept;
 *   <li>1024 and more: scaled to a short edge of 1024 (area averaging), aspect kept, with a warning.
 * </ul>
 *
 * A picture that already has the right size shares its pixels with the result.
 */
public final class AdaptiveResize {
    private static final int SHORT_EDGE_SMALL_PX = 512;
    private static final int SHORT_EDGE_MIDDLE_PX = 768;
    /** Short edge of the working picture of a large picture; a decoder need not give more for looking at faces. */
    public static final int SHORT_EDGE_LARGE_PX = 1024;

    private static final long BGR_BYTES = 3;

    private AdaptiveResize() {}

    /**
     * The working picture.
     *
     * @param picture read; stays the caller's
     * @return the caller's to close
     */
    public static WorkingPicture apply(Picture picture) {
        int shortEdge = picture.shortEdge();
        if (shortEdge < SHORT_EDGE_SMALL_PX) {
            return new WorkingPicture(padded(picture), Mapping.identity(picture), Optional.empty());
        }
        if (shortEdge < SHORT_EDGE_LARGE_PX) {
            return scaled(picture, SHORT_EDGE_MIDDLE_PX, INTER_LANCZOS4, Optional.empty());
        }
        return scaled(picture, SHORT_EDGE_LARGE_PX, INTER_AREA, Optional.of(warning(picture)));
    }

    /** Bytes of the working picture of a picture. */
    static long bytes(int width, int height) {
        int shortEdge = Math.min(width, height);
        if (shortEdge < SHORT_EDGE_SMALL_PX) {
            return BGR_BYTES * Math.max(width, SHORT_EDGE_SMALL_PX) * Math.max(height, SHORT_EDGE_SMALL_PX);
        }
        double scale =
                (double) (shortEdge < SHORT_EDGE_LARGE_PX ? SHORT_EDGE_MIDDLE_PX : SHORT_EDGE_LARGE_PX) / shortEdge;
        return BGR_BYTES * scaledEdge(width, scale) * scaledEdge(height, scale);
    }

    private static Warning warning(Picture picture) {
        return new Warning(
                Warning.Kind.LARGE_PICTURE,
                "The picture is " + picture.width() + "×" + picture.height()
                        + "; faces were looked at with a short edge of " + SHORT_EDGE_LARGE_PX
                        + " pixels. A smaller picture costs less time and memory and gives the same face.");
    }

    private static Picture padded(Picture picture) {
        return Picture.of(
                NativeImage.filled(padded -> copyMakeBorder(
                        picture.bgr(),
                        padded,
                        0,
                        Math.max(0, SHORT_EDGE_SMALL_PX - picture.height()),
                        0,
                        Math.max(0, SHORT_EDGE_SMALL_PX - picture.width()),
                        BORDER_REFLECT_101)),
                null);
    }

    private static WorkingPicture scaled(Picture picture, int shortEdge, int interpolation, Optional<Warning> warning) {
        if (picture.shortEdge() == shortEdge) {
            return new WorkingPicture(picture.sharedColours(), Mapping.identity(picture), warning);
        }
        double scale = (double) shortEdge / picture.shortEdge();
        int width = scaledEdge(picture.width(), scale);
        int height = scaledEdge(picture.height(), scale);
        Picture result = Picture.of(Picture.scaled(picture.bgr(), width, height, interpolation), null);
        return new WorkingPicture(result, Mapping.between(picture, width, height), warning);
    }

    private static int scaledEdge(int edge, double scale) {
        return (int) Math.round(edge * scale);
    }
}
