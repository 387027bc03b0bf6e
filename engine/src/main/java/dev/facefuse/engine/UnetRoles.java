package dev.facefuse.engine;

import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.fusion.UnetNetworks;
import dev.facefuse.engine.network.HostTensor;
import dev.facefuse.engine.network.Network;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The UNet fusion's networks of a pack. Knows the names that the exporter gives to their tensors. */
final class UnetRoles implements UnetNetworks {
    private static final String FACE = "face";
    private static final String TARGET = "target";
    private static final String EMBEDDING = "embedding";
    private static final String FUSED_JAW = "kp_fused";
    private static final String TARGET_JAW = "kp_target";

    /** The inputs of each network. */
    private static final Map<String, Set<String>> INPUTS = Map.of(
            UnetFusion.IDENTITY_ROLE, Set.of(FACE),
            UnetFusion.SHAPE_ROLE, Set.of(FACE),
            UnetFusion.GENERATOR_ROLE, Set.of(TARGET, EMBEDDING, FUSED_JAW, TARGET_JAW),
            UnetFusion.ENHANCER_ROLE, Set.of(FACE));

    private final Network identity;
    private final Network shape;
    private final Network generator;
    private final @Nullable Network enhancer;

    /**
     * Uses networks that were loaded for {@link #uses}.
     *
     * @param pack the pack of the networks
     */
    UnetRoles(Networks networks, ModelPack pack) {
        this.identity = networks.network(UnetFusion.IDENTITY_ROLE);
        this.shape = networks.network(UnetFusion.SHAPE_ROLE);
        this.generator = networks.network(UnetFusion.GENERATOR_ROLE);
        this.enhancer = has(pack, UnetFusion.ENHANCER_ROLE) ? networks.network(UnetFusion.ENHANCER_ROLE) : null;
    }

    /** Whether a pack is for the UNet fusion. */
    static boolean isUnetPack(ModelPack pack) {
        return has(pack, UnetFusion.GENERATOR_ROLE);
    }

    private static boolean has(ModelPack pack, String role) {
        return pack.roles().containsKey(role);
    }

    /**
     * The networks that the fusion needs, and the enhancer if the pack has one.
     *
     * @throws FuseException {@code pack-invalid} if a network is missing or has other inputs or outputs
     */
    static List<Use> uses(ModelPack pack) {
        List<Use> uses = new ArrayList<>(List.of(
                use(pack, UnetFusion.IDENTITY_ROLE, 1),
                use(pack, UnetFusion.SHAPE_ROLE, UnetFusion.SHAPES_AT_ONCE),
                use(pack, UnetFusion.GENERATOR_ROLE, 1)));
        if (has(pack, UnetFusion.ENHANCER_ROLE)) {
            uses.add(use(pack, UnetFusion.ENHANCER_ROLE, 1));
        }
        return uses;
    }

    private static Use use(ModelPack pack, String role, int batch) {
        Manifest.Role manifest = pack.role(role);
        Set<String> inputs = new TreeSet<>();
        manifest.inputs().forEach(port -> inputs.add(port.name()));
        Set<String> given = INPUTS.getOrDefault(role, Set.of());
        if (!inputs.equals(given) || manifest.outputs().size() != 1) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The role " + role + " of the model pack " + pack.name() + " takes " + inputs + " for "
                            + manifest.outputs().size() + " tensor(s), where it should take " + new TreeSet<>(given)
                            + " for one; export the pack with this version's exporter.");
        }
        return new Use(pack, role, batch, true);
    }

    @Override
    public float[] embedding(float[] face) {
        return identity.run(Map.of(FACE, new HostTensor(face, 1, 3, 112, 112))).get(0);
    }

    @Override
    public float[] coefficients(float[] faces, int n) {
        return shape.run(Map.of(FACE, new HostTensor(faces, n, 3, 224, 224))).get(0);
    }

    @Override
    public float[] fused(float[] target, float[] embedding, float[] fusedJaw, float[] targetJaw) {
        return generator
                .run(Map.of(
                        TARGET, new HostTensor(target, 1, 3, 256, 256),
                        EMBEDDING, new HostTensor(embedding, 1, embedding.length),
                        FUSED_JAW, new HostTensor(fusedJaw, 1, fusedJaw.length / 2, 2),
                        TARGET_JAW, new HostTensor(targetJaw, 1, targetJaw.length / 2, 2)))
                .get(0);
    }

    @Override
    public boolean hasEnhancer() {
        return enhancer != null;
    }

    @Override
    public float[] enhanced(float[] face) {
        if (enhancer == null) {
            throw new IllegalStateException("The pack has no enhancer");
        }
        return enhancer.run(Map.of(FACE, new HostTensor(face, 1, 3, 1024, 1024)))
                .get(0);
    }
}
