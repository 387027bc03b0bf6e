package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceDetector;
import dev.facefuse.engine.face.FaceEmbedder;
import dev.facefuse.engine.face.FaceFinder;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.pack.ModelPack;
import java.util.List;

/**
 * The networks of a pack that analyse faces.
 *
 * @param finder finds faces
 * @param meshes estimates a mesh for each
 * @param embedder computes a face's identity
 */
record FaceNetworks(FaceFinder finder, MeshEstimator meshes, FaceEmbedder embedder) {

    /** The roles that they need of a pack. */
    static List<Use> uses(ModelPack pack) {
        return List.of(
                new Use(pack, FaceDetector.ROLE, FaceDetector.MOST_AT_ONCE, false),
                new Use(pack, MeshEstimator.ROLE, MeshEstimator.MOST_AT_ONCE, false),
                new Use(pack, FaceEmbedder.ROLE, FaceEmbedder.MOST_AT_ONCE, false));
    }

    /** Uses networks that were loaded for {@link #uses}. */
    static FaceNetworks of(Networks networks) {
        MeshEstimator meshes = new MeshEstimator(networks.network(MeshEstimator.ROLE));
        FaceFinder finder = new FaceFinder(new FaceDetector(networks.network(FaceDetector.ROLE)), meshes);
        return new FaceNetworks(finder, meshes, new FaceEmbedder(networks.network(FaceEmbedder.ROLE)));
    }
}
