package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceDetector;
import dev.facefuse.engine.face.FaceEmbedder;
import dev.facefuse.engine.face.FaceFinder;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.util.ArrayList;
import java.util.List;

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

    /**
     * Loads the three roles in float32.
     *
     * @throws FuseException {@code pack-invalid} if the pack lacks one of them or has it in several parts
     */
    static FaceNetworks load(ModelPack pack, Device device) {
        List<ScriptModel> models = new ArrayList<>();
        try {
            for (String role : ROLES) {
                models.add(onDevice(pack.load(onlyPart(pack, role), Dtype.FLOAT32), device));
            }
            return new FaceNetworks(models, FaceTopology.read(pack.asset("topology")));
        } catch (RuntimeException e) {
            models.forEach(ScriptModel::close);
            throw e;
        }
    }

    /** These networks are small; nobody cuts them up. */
    private static Manifest.Part onlyPart(ModelPack pack, String role) {
        List<Manifest.Part> parts = pack.role(role).parts();
        if (parts.size() != 1) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The role " + role + " of the model pack " + pack.name() + " has " + parts.size()
                            + " parts, and this one has to be whole; export the pack again.");
        }
        return parts.get(0);
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
            Manifest.Role role = pack.role(ROLES.get(i));
            roles.add(new EngineInfo.Role(
                    ROLES.get(i), model.name(), role.dtype(), model.dtype().jsonName(), model.weightBytes()));
        }
        return roles;
    }

    @Override
    public void close() {
        models.forEach(ScriptModel::close);
    }
}
