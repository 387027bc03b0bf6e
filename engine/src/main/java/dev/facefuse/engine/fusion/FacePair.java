package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Face;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Two faces in two pictures.
 *
 * @param template 8-bit BGR; read only, and the caller's to close
 * @param templateFace in the template's pixels
 * @param user 8-bit BGR; read only, and the caller's to close
 * @param userFace in the user's pixels
 */
public record FacePair(Mat template, Face templateFace, Mat user, Face userFace) {}
