package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.fusion.FaceModel;
import dev.facefuse.engine.fusion.Fusion;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.Dtype;
import java.util.ArrayList;
import java.util.List;

/**
 * The packs that an engine's networks come from.
 *
 * @param chosen the pack of the settings; reports carry its name
 * @param faces the pack that detects faces and computes embeddings: the chosen one, or the embedded one if the chosen one only draws
 *     faces
 */
record Packs(ModelPack chosen, ModelPack faces) {
    private static final String EMBEDDED = "mesh";

    /** Memory that libtorch, OpenCV and the embedded pack take beyond a JVM that has just started; 220 MB were measured. */
    static final long LOADING_BYTES = 230_000_000;

    /**
     * Finds packs by the name of an embedded pack or the path of a directory.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code pack-invalid}
     */
    static Packs find(String nameOrDirectory) {
        ModelPack chosen = ModelPack.find(nameOrDirectory);
        return new Packs(chosen, UnetRoles.isUnetPack(chosen) ? ModelPack.embedded(EMBEDDED) : chosen);
    }

    /**
     * Host memory that loading the chosen pack's networks takes, without those of the embedded pack. Weights that stay in a file take
     * memory only while they are loaded.
     *
     * @param large type that large networks compute in on the host
     */
    long weightBytes(Dtype large) {
        if (!UnetRoles.isUnetPack(chosen)) {
            return 0;
        }
        long kept = 0;
        long passing = 0;
        for (Use use : UnetRoles.uses(chosen)) {
            for (Networks.Weighed part : Networks.weighed(use, large)) {
                kept += part.staysInFile() ? 0 : part.bytes();
                passing = Math.max(passing, part.staysInFile() ? part.bytes() : 0);
            }
        }
        return kept + passing;
    }

    /**
     * The networks that are used.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code pack-invalid} if one is missing
     */
    List<Use> uses() {
        List<Use> uses = new ArrayList<>(FaceNetworks.uses(faces));
        if (UnetRoles.isUnetPack(chosen)) {
            uses.addAll(UnetRoles.uses(chosen));
        }
        return uses;
    }

    /**
     * Checks that the packs' files are still those that were loaded.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code pack-invalid}
     */
    void requireUnchanged() {
        chosen.requireUnchanged();
        faces.requireUnchanged();
    }

    /**
     * The fusion algorithm that the chosen pack has networks for.
     *
     * @param networks loaded for {@link #uses}
     */
    Fusion fusion(Networks networks) {
        FaceTopology topology = FaceTopology.read(faces.asset("topology"));
        return UnetRoles.isUnetPack(chosen)
                ? new UnetFusion(
                        new UnetRoles(networks, chosen),
                        FaceModel.read(chosen.asset("face-model")),
                        chosen.asset("mask"),
                        topology)
                : new MeshFusion(topology);
    }
}
