package dev.facefuse.engine.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;

import dev.facefuse.engine.picture.Mapping;
import dev.facefuse.engine.picture.WorkingPicture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Finds all faces of a picture. The detector sees the whole picture at 256 pixels; only where it finds nothing does it look
 * again, at the picture with a wide border (a face that fills it) and at overlapping parts (small faces). A small face is then
 * looked at once more from near: at the lower end of its range the detector sees faces at wrong angles and where none are.
 */
public final class FaceFinder {
    /** A border as wide as this share of the longest edge brings a face that fills the picture into the detector's range. */
    private static final double BORDER = 0.4;

    /** Each part is this share of the picture's edges; {2, 3} parts an edge overlap by a third and by a fifth of their size. */
    private static final double[] PART_SHARES = {0.6, 0.4};

    private static final int[] PARTS_PER_EDGE = {2, 3};

    /** A face whose box is narrower than this share of the longest edge is small. */
    private static final double SMALL_SHARE = 0.12;

    /** Edge of the window around a small face, in edges of its box. */
    private static final double WINDOW = 4;

    /** Below this the mesh network sees no face; what is one has nearly 1, suits and masks nearly 0. */
    private static final double LEAST_PRESENCE = 0.5;

    private final FaceDetector detector;
    private final MeshEstimator meshes;

    /** A finder whose findings are confirmed by the mesh network. */
    public FaceFinder(FaceDetector detector, MeshEstimator meshes) {
        this.detector = detector;
        this.meshes = meshes;
    }

    /**
     * All faces from left to right, in the pixels of the picture that the working one was made from.
     *
     * @param threshold score from which on something is a face
     */
    public List<Detection> find(WorkingPicture working, double threshold) {
        Mapping mapping = working.mapping();
        Mat whole = working.picture().bgr();
        List<Detection> found = inContent(detector.detect(whole, threshold), mapping);
        try (Rect contentArea = new Rect(0, 0, mapping.contentWidth(), mapping.contentHeight());
                Mat content = new Mat(whole, contentArea)) {
            found = confirmed(content, fromNear(content, found, threshold));
            if (found.isEmpty()) {
                found = lookAgain(content, mapping, threshold);
            }
        }
        return found.stream()
                .map(d -> d.map(p -> new Point(mapping.toPictureX(p.x()), mapping.toPictureY(p.y()))))
                .sorted(Comparator.comparingDouble(d -> d.box().centre().x()))
                .toList();
    }

    /** Padding mirrors the picture and a border is nothing: what has its middle there is no face of the picture. */
    private static List<Detection> inContent(List<Detection> found, Mapping mapping) {
        return found.stream()
                .filter(d -> isWithin(d.box().centre(), 0, 0, mapping.contentWidth(), mapping.contentHeight()))
                .toList();
    }

    private static boolean isWithin(Point point, double left, double top, double width, double height) {
        return point.x() >= left && point.y() >= top && point.x() < left + width && point.y() < top + height;
    }

    /** Small faces as they look in a window around them; those that are none from near are left out. */
    private List<Detection> fromNear(Mat content, List<Detection> found, double threshold) {
        double small = SMALL_SHARE * Math.max(content.cols(), content.rows());
        if (found.stream().noneMatch(d -> d.box().width() < small)) {
            return found;
        }
        List<Detection> seen = new ArrayList<>();
        for (Detection d : found) {
            if (d.box().width() < small) {
                fromNear(content, d.box(), threshold).ifPresent(seen::add);
            } else {
                seen.add(d);
            }
        }
        seen.sort(Comparator.comparingDouble(Detection::score).reversed());
        return FaceDetector.suppress(seen);
    }

    private Optional<Detection> fromNear(Mat content, Box box, double threshold) {
        double reach = WINDOW / 2 * Math.max(box.width(), box.height());
        Point centre = box.centre();
        int left = (int) Math.max(0, centre.x() - reach);
        int top = (int) Math.max(0, centre.y() - reach);
        int right = (int) Math.min(content.cols(), centre.x() + reach + 1);
        int bottom = (int) Math.min(content.rows(), centre.y() + reach + 1);
        if (right <= left || bottom <= top) {
            return Optional.empty();
        }
        try (Rect area = new Rect(left, top, right - left, bottom - top);
                Mat window = new Mat(content, area)) {
            return detector.detect(window, threshold).stream()
                    .map(d -> d.map(p -> new Point(p.x() + left, p.y() + top)))
                    .filter(d -> isWithin(d.box().centre(), box.x(), box.y(), box.width(), box.height()))
                    .findFirst();
        }
    }

    private List<Detection> confirmed(Mat content, List<Detection> found) {
        double[] presence = meshes.presence(content, found);
        return IntStream.range(0, found.size())
                .filter(i -> presence[i] >= LEAST_PRESENCE)
                .mapToObj(found::get)
                .toList();
    }

    private List<Detection> lookAgain(Mat content, Mapping mapping, double threshold) {
        List<Detection> found = confirmedAgain(content, mapping, withBorder(content, threshold), threshold);
        for (int round = 0; found.isEmpty() && round < PART_SHARES.length; round++) {
            List<Detection> inParts = inParts(content, threshold, PART_SHARES[round], PARTS_PER_EDGE[round]);
            found = confirmedAgain(content, mapping, inParts, threshold);
        }
        return found;
    }

    private List<Detection> confirmedAgain(Mat content, Mapping mapping, List<Detection> found, double threshold) {
        return confirmed(content, inContent(fromNear(content, found, threshold), mapping));
    }

    private List<Detection> withBorder(Mat content, double threshold) {
        int border = (int) Math.round(BORDER * Math.max(content.cols(), content.rows()));
        try (Mat framed = new Mat();
                Scalar black = new Scalar(0, 0, 0, 0)) {
            copyMakeBorder(content, framed, border, border, border, border, BORDER_CONSTANT, black);
            return detector.detect(framed, threshold).stream()
                    .map(d -> d.map(p -> new Point(p.x() - border, p.y() - border)))
                    .toList();
        }
    }

    private List<Detection> inParts(Mat content, double threshold, double share, int perEdge) {
        int width = (int) Math.ceil(share * content.cols());
        int height = (int) Math.ceil(share * content.rows());
        List<Detection> found = new ArrayList<>();
        for (int row = 0; row < perEdge; row++) {
            for (int column = 0; column < perEdge; column++) {
                int left = (content.cols() - width) * column / (perEdge - 1);
                int top = (content.rows() - height) * row / (perEdge - 1);
                try (Rect area = new Rect(left, top, width, height);
                        Mat part = new Mat(content, area)) {
                    detector.detect(part, threshold)
                            .forEach(d -> found.add(d.map(p -> new Point(p.x() + left, p.y() + top))));
                }
            }
        }
        found.sort(Comparator.comparingDouble(Detection::score).reversed());
        return FaceDetector.suppress(found);
    }
}
