package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceDetector;
import dev.facefuse.engine.face.FaceEmbedder;
import dev.facefuse.engine.face.FaceFinder;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.pack.ModelPack;
import java.util.List;

/**
 * The networks of a pack that look at faces.
 *
 * @param finder finds faces
 * @param meshes lays a mesh on each
 * @param embedder says whose they are
 */
record FaceNetworks(FaceFinder finder, MeshEstimator meshes, FaceEmbedder embedder, FaceTopology topology) {
    static final String DETECTOR = "detector";
    static final String MESH = "mesh";
    static final String EMBEDDING = "embedding";

    /** What they need of a pack. */
    static List<Use> uses(ModelPack pack) {
        return List.of(
                new Use(pack, DETECTOR, FaceDetector.MOST_AT_ONCE, false),
                new Use(pack, MESH, MeshEstimator.MOST_AT_ONCE, false),
                new Use(pack, EMBEDDING, FaceEmbedder.MOST_AT_ONCE, false));
    }

    /**
     * Over networks that were loaded for {@link #uses}.
     *
     * @param topology of the mesh
     */
    static FaceNetworks of(Networks networks, FaceTopology topology) {
        MeshEstimator meshes = new MeshEstimator(networks.network(MESH));
        FaceFinder finder = new FaceFinder(new FaceDetector(networks.network(DETECTOR)), meshes);
        return new FaceNetworks(finder, meshes, new FaceEmbedder(networks.network(EMBEDDING)), topology);
    }
}
