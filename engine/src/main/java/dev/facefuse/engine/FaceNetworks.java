package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceDetector;
import dev.facefuse.engine.face.FaceEmbedder;
import dev.facefuse.engine.face.FaceFinder;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The networks of a pack that look at faces, loaded onto a device. Owns them. */
final class FaceNetworks implements AutoCloseable {
    private static final List<String> ROLES = List.of("detector", "mesh", "embedding");

    private final List<ScriptModel> models;
    private final FaceFinder finder;
    private final MeshEstimator meshes;
    private final FaceEmbedder embedder;
    private final FaceTopology topology;

    private FaceNetworks(List<ScriptModel> models, FaceTopology topology) {
        this.models = models;
        this.meshes = new MeshEstimator(models.get(1));
        this.finder = new FaceFinder(new FaceDetector(models.get(0)), meshes);
        this.embedder = new FaceEmbedder(models.get(2));
        this.topology = topology;
    }

    /** Loads the three roles in float32. */
    static FaceNetworks load(ModelPack pack, Device device) {
        List<ScriptModel> models = new ArrayList<>();
        try {
            for (String role : ROLES) {
                models.add(onDevice(pack.load(role, Dtype.FLOAT32), device));
            }
            return new FaceNetworks(models, FaceTopology.read(pack.asset("topology")));
        } catch (RuntimeException e) {
            models.forEach(ScriptModel::close);
            throw e;
        }
    }

    private static ScriptModel onDevice(ScriptModel host, Device device) {
        if (host.device().equals(device)) {
            return host;
        }
        try (host) {
            return host.copyTo(device, Dtype.FLOAT32);
        }
    }

    FaceFinder finder() {
        return finder;
    }

    MeshEstimator meshes() {
        return meshes;
    }

    FaceEmbedder embedder() {
        return embedder;
    }

    FaceTopology topology() {
        return topology;
    }

    /** What was loaded, for {@code doctor}. */
    List<EngineInfo.Role> describe(ModelPack pack) {
        List<EngineInfo.Role> roles = new ArrayList<>();
        for (int i = 0; i < ROLES.size(); i++) {
            ScriptModel model = models.get(i);
            Manifest.Role role = Objects.requireNonNull(pack.roles().get(ROLES.get(i)));
            roles.add(new EngineInfo.Role(
                    ROLES.get(i), role.file(), role.dtype(), model.dtype().jsonName(), model.weightBytes()));
        }
        return roles;
    }

    @Override
    public void close() {
        models.forEach(ScriptModel::close);
    }
}
