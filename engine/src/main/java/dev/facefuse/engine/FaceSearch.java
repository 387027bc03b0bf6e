package dev.facefuse.engine;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.WorkingPicture;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.step.FindFace;
import dev.facefuse.engine.step.HostMemoryEstimator;
import dev.facefuse.engine.step.ReadPicture;
import dev.facefuse.engine.step.Side;
import dev.facefuse.engine.step.Sizes;
import dev.facefuse.engine.step.SourcePicture;
import dev.facefuse.engine.step.Step;
import java.util.ArrayList;
import java.util.List;

/** Finds all faces of a picture, as a fusion would find them. */
final class FaceSearch {
    // More digits of positions and scores would be noise.
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1000;

    private final PictureLimits limits;
    private final PictureReader reader;
    private final FaceNetworks networks;

    FaceSearch(PictureLimits limits, FaceNetworks networks) {
        this.limits = limits;
        this.reader = new PictureReader(limits);
        this.networks = networks;
    }

    /**
     * Checks a picture without decoding a pixel.
     *
     * @throws FuseException as {@link PictureHeader#read}
     */
    SourcePicture prepare(byte[] picture) {
        return SourcePicture.lookedAt("picture", picture, limits);
    }

    /** The host memory that the search takes at most: that of a fusion's first two steps. */
    long hostBytes(SourcePicture picture) {
        List<Step> steps = List.of(
                new ReadPicture(Side.TEMPLATE, reader),
                new FindFace(Side.TEMPLATE, networks.finder(), networks.meshes(), FaceChoice.DEFAULT));
        return HostMemoryEstimator.peakBytes(steps, new Sizes(picture.memory(), picture.memory(), role -> 0));
    }

    /**
     * All faces, in pixels of the picture as it is shown, even if it is decoded at a smaller size.
     *
     * @param threshold detection score from which on something is a face
     */
    FacesFound find(SourcePicture source, float threshold) {
        int width = source.header().shownWidth();
        int height = source.header().shownHeight();
        try (Picture picture = source.decode(reader);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            double scaleX = (double) width / picture.width();
            double scaleY = (double) height / picture.height();
            List<FacesFound.Face> faces = new ArrayList<>();
            for (Detection face : networks.finder().find(working, threshold)) {
                Box box = face.box();
                faces.add(new FacesFound.Face(
                        faces.size(),
                        rounded(box.x() * scaleX, TENTHS),
                        rounded(box.y() * scaleY, TENTHS),
                        rounded(box.width() * scaleX, TENTHS),
                        rounded(box.height() * scaleY, TENTHS),
                        rounded(face.score(), THOUSANDTHS)));
            }
            return new FacesFound(width, height, faces);
        }
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }
}
