package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LANCZOS4;

/** Gives the finished picture the size that was asked for: Lanczos-4 up, area averaging down, aspect kept. */
public final class OutputResize {
    private OutputResize() {}

    /**
     * The picture with this longest edge.
     *
     * @param picture read; stays the caller's
     * @param longestEdge pixels; {@link OutputSettings#ORIGINAL} keeps the size
     * @return {@code picture} itself if it has that size, else a new one, the caller's to close. Closing both is right
     *     either way.
     */
    public static Picture apply(Picture picture, int longestEdge) {
        if (longestEdge == OutputSettings.ORIGINAL || picture.longEdge() == longestEdge) {
            return picture;
        }
        double scale = (double) longestEdge / picture.longEdge();
        int width = (int) Math.max(1, Math.round(picture.width() * scale));
        int height = (int) Math.max(1, Math.round(picture.height() * scale));
        return Scaling.scaled(picture, width, height, scale > 1 ? INTER_LANCZOS4 : INTER_AREA);
    }
}
