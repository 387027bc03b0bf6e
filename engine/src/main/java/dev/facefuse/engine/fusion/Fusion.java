package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Face;
import org.bytedeco.opencv.opencv_core.Mat;

/** Puts one face in another's place. Implementations are safe from several threads at once and keep nothing. */
public interface Fusion {
    /**
     * Fuses the user's face into the template's.
     *
     * @param template 8-bit BGR; read only
     * @param templateFace in the template's pixels
     * @param user 8-bit BGR; read only
     * @param userFace in the user's pixels
     * @return the caller's to close
     */
    FusedFace fuse(Mat template, Face templateFace, Mat user, Face userFace);
}
