package dev.facefuse.engine.step;

import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.face.FaceDetector;
import dev.facefuse.engine.face.FaceFinder;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.WorkingPicture;
import dev.facefuse.engine.problem.Warning;
import dev.facefuse.engine.step.Allocation.Kind;
import java.util.List;

/** Finds the faces of the template or of the user's picture, chooses one and estimates its mesh. */
public final class FindFace implements Step {
    /** Below this eye distance a face has too few pixels to say much about a person. */
    private static final double SMALL_FACE_PX = 18;

    private static final String NETWORKS = "first run of the networks";

    /** The first fusion leaves 60 MB in libtorch's and the C heap and 30 MB in the JVM's code, measured with small pictures. */
    private static final long NETWORKS_BYTES = 100_000_000;

    private final Side side;
    private final FaceFinder finder;
    private final MeshEstimator meshes;
    private final FaceChoice choice;

    /** Finds a face in one of the pictures. */
    public FindFace(Side side, FaceFinder finder, MeshEstimator meshes, FaceChoice choice) {
        this.side = side;
        this.finder = finder;
        this.meshes = meshes;
        this.choice = choice;
    }

    @Override
    public String name() {
        return "find-" + side.label() + "-face";
    }

    @Override
    public List<String> networks() {
        return List.of(FaceDetector.ROLE, MeshEstimator.ROLE);
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        return MemoryCost.running("the working picture", sizes.of(side).workingBytes(), Kind.NATIVE)
                .and(NETWORKS, NETWORKS_BYTES, Kind.RUNTIME)
                .leaving(NETWORKS, NETWORKS_BYTES, Kind.RUNTIME);
    }

    @Override
    public void run(FusionContext context) {
        InputPicture input = context.picture(side);
        Picture picture = input.picture();
        try (WorkingPicture working = AdaptiveResize.apply(picture)) {
            working.warning().ifPresent(context::warn);
            List<Detection> faces = finder.find(working, choice.threshold());
            Detection chosen = FaceChoice.choose(faces, index(), side.label());
            Face face = new Face(chosen, meshes.estimate(picture.bgr(), chosen));
            if (face.mesh().eyeDistance() < SMALL_FACE_PX) {
                context.warn(new Warning(
                        Warning.Kind.SMALL_FACE,
                        "The face in the " + side.label() + " picture is only a few pixels wide; a closer photo gives a"
                                + " better result."));
            }
            input.setFace(face, faces.size());
        }
    }

    private int index() {
        return side == Side.TEMPLATE ? choice.templateFace() : choice.userFace();
    }
}
