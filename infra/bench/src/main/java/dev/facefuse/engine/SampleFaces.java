package dev.facefuse.engine;

import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.fusion.FacePair;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.WorkingPicture;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The largest faces of two pictures, as the engine finds them.
 *
 * @param faces the caller owns their pictures
 * @param topology topology of their meshes
 */
public record SampleFaces(FacePair faces, FaceTopology topology) {
    /** Finds the faces with the embedded pack. */
    public static SampleFaces find(Mat template, Mat user) {
        ModelPack pack = ModelPack.embedded("mesh");
        FaceTopology topology = FaceTopology.read(pack.asset("topology"));
        Place place = new Place(Device.CPU, Dtypes.all(Dtype.FLOAT32), DeviceMemory.of(Device.CPU), 1);
        try (Networks networks = Networks.load(FaceNetworks.uses(pack), place, MemorySettings.DEFAULT)) {
            FaceNetworks found = FaceNetworks.of(networks);
            return new SampleFaces(new FacePair(template, face(found, template), user, face(found, user)), topology);
        }
    }

    private static Face face(FaceNetworks networks, Mat picture) {
        try (Picture whole = Picture.of(picture.clone(), null);
                WorkingPicture working = AdaptiveResize.apply(whole)) {
            Detection detection = FaceChoice.choose(
                    networks.finder().find(working, FaceChoice.DEFAULT.threshold()), FaceChoice.LARGEST, "sample");
            return new Face(detection, networks.meshes().estimate(picture, detection));
        }
    }
}
