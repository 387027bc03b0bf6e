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
 * @param chosen the one that was asked for, whose name reports carry
 * @param faces the one that finds faces and says whose they are: the chosen one, or where that only draws faces the embedded one
 */
record Packs(ModelPack chosen, ModelPack faces) {
    private static final String EMBEDDED = "mesh";

    /** What loading takes beyond a JVM that has just started: libtorch, OpenCV and the embedded pack; 220 MB measured. */
    static final long LOADING_BYTES = 230_000_000;

    /**
     * By the name of an embedded pack or the path of a directory.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code pack-invalid}
     */
    static Packs find(String nameOrDirectory) {
        ModelPack chosen = ModelPack.find(nameOrDirectory);
        return new Packs(chosen, UnetRoles.isUnetPack(chosen) ? ModelPack.embedded(EMBEDDED) : chosen);
    }

    /**
     * What loading the chosen pack's networks takes of the host's memory, those of the embedded pack aside. What stays in a file
     * takes memory once, while it is loaded.
     *
     * @param large what large networks compute in there
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
     * Refuses to go on with a pack whose files are not those that were loaded.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code pack-invalid}
     */
    void requireUnchanged() {
        chosen.requireUnchanged();
        faces.requireUnchanged();
    }

    /**
     * The fusion that the chosen pack is for.
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
