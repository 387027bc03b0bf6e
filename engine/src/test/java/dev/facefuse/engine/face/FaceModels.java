package dev.facefuse.engine.face;

import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.Working;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** The embedded pack's networks, loaded for a test class. */
public final class FaceModels implements AutoCloseable {
    private static final double THRESHOLD = 0.5;

    private final ScriptModel detectorModel;
    private final ScriptModel meshModel;
    private final ScriptModel embeddingModel;
    private final FaceTopology topology;

    private FaceModels(ModelPack pack) {
        detectorModel = load(pack, "detector");
        meshModel = load(pack, "mesh");
        embeddingModel = load(pack, "embedding");
        topology = FaceTopology.read(pack.asset("topology"));
    }

    private static ScriptModel load(ModelPack pack, String role) {
        return pack.load(pack.role(role).parts().get(0), Dtype.FLOAT32);
    }

    public static FaceModels open() {
        return new FaceModels(ModelPack.embedded("mesh"));
    }

    public FaceDetector detector() {
        return new FaceDetector(detectorModel);
    }

    public FaceFinder finder() {
        return new FaceFinder(detector(), meshes());
    }

    public MeshEstimator meshes() {
        return new MeshEstimator(meshModel);
    }

    public FaceEmbedder embedder() {
        return new FaceEmbedder(embeddingModel);
    }

    public FaceTopology topology() {
        return topology;
    }

    /** All faces as the engine finds them, left to right. */
    public List<Detection> find(Mat picture) {
        return find(picture, THRESHOLD);
    }

    /** The same, at another threshold. */
    public List<Detection> find(Mat picture, double threshold) {
        try (Picture whole = Picture.of(picture.clone(), null);
                Working working = AdaptiveResize.apply(whole)) {
            return finder().find(working, threshold);
        }
    }

    /** The only face of a picture. */
    public Face face(Mat picture) {
        List<Detection> found = find(picture);
        if (found.size() != 1) {
            throw new AssertionError("One face was expected, not " + found);
        }
        return new Face(found.get(0), meshes().estimate(picture, found.get(0)));
    }

    @Override
    public void close() {
        detectorModel.close();
        meshModel.close();
        embeddingModel.close();
    }
}
