package dev.facefuse.engine.face;

/** The five points that face networks are aligned by; left and right are the picture's. */
public record FivePoints(Point leftEye, Point rightEye, Point noseTip, Point leftMouthCorner, Point rightMouthCorner) {}
