package dev.facefuse.engine.face;

import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.WorkingPicture;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** The embedded pack's networks, loaded for a test class. */
public final class FaceModels implements AutoCloseable {
    private static final double THRESHOLD = 0.5;
    private final Networks networks;
    private final FaceTopology topology;

    private FaceModels(ModelPack pack) {
        Place onHost = new Place(Device.CPU, Precision.Dtypes.all(Dtype.FLOAT32), DeviceMemory.of(Device.CPU), 1);
        List<Use> uses = List.of(
                new Use(pack, "detector", FaceDetector.MOST_AT_ONCE, false),
                new Use(pack, "mesh", MeshEstimator.MOST_AT_ONCE, false),
                new Use(pack, "embedding", FaceEmbedder.MOST_AT_ONCE, false));
        networks = Networks.load(uses, onHost, MemorySettings.DEFAULT);
        topology = FaceTopology.read(pack.asset("topology"));
    }

    public static FaceModels open() {
        return new FaceModels(ModelPack.embedded("mesh"));
    }

    public FaceDetector detector() {
        return new FaceDetector(networks.network("detector"));
    }

    public FaceFinder finder() {
        return new FaceFinder(detector(), meshes());
    }

    public MeshEstimator meshes() {
        return new MeshEstimator(networks.network("mesh"));
    }

    public FaceEmbedder embedder() {
        return new FaceEmbedder(networks.network("embedding"));
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
                WorkingPicture working = AdaptiveResize.apply(whole)) {
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
        networks.close();
    }
}
