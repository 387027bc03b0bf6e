package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.problem.FuseException;

/**
 * Fuses faces with the networks of damo/cv_unet-image-face-fusion_damo: one describes the user's identity, one the shape of both
 * faces, one generates the template's face with the user's identity (256×256), and an optional one adds detail (1024×1024).
 *
 * <pre>{@code
 * GeneratedFace face = fusion.begin(faces);
 * face.extractIdentity();
 * face.transferShape();
 * face.generate();
 * face.enhance(); // if fusion.enhances(…)
 * try (FusedFace fused = face.assemble()) { … }
 * }</pre>
 */
public final class UnetFusion implements Fusion {
    /** Roles of a pack's networks; the enhancer is optional. */
    public static final String IDENTITY_ROLE = "identity";

    public static final String SHAPE_ROLE = "shape";
    public static final String GENERATOR_ROLE = "generator";
    public static final String ENHANCER_ROLE = "enhancer";

    /** Batch size of {@link UnetNetworks#coefficients}: the user's face and the template's. */
    public static final int SHAPES_AT_ONCE = 2;

    private final UnetNetworks networks;
    private final FaceModel model;
    private final Planes mask;
    private final FaceTopology topology;

    /**
     * A fusion with a pack's networks.
     *
     * @param model the pack's asset {@code face-model}
     * @param mask the pack's asset {@code mask}, a PNG
     * @param topology of the meshes of all faces
     * @throws FuseException {@code pack-invalid} if the mask is not valid
     */
    public UnetFusion(UnetNetworks networks, FaceModel model, byte[] mask, FaceTopology topology) {
        this.networks = networks;
        this.model = model;
        this.mask = FeatherMask.read(mask);
        this.topology = topology;
    }

    /** Whether the pack has an enhancer. */
    public boolean hasEnhancer() {
        return networks.hasEnhancer();
    }

    /**
     * Whether a face will be enhanced.
     *
     * @param face in the template's pixels
     */
    public boolean enhances(Enhance enhance, Face face) {
        return hasEnhancer() && enhance.wants(face.detection().box());
    }

    /** Whether some face may be enhanced. */
    public boolean mayEnhance(Enhance enhance) {
        return enhance != Enhance.NEVER && hasEnhancer();
    }

    /** Crops both faces for the networks. */
    public GeneratedFace begin(FacePair faces) {
        return new GeneratedFace(this, faces);
    }

    UnetNetworks networks() {
        return networks;
    }

    FaceModel model() {
        return model;
    }

    Planes mask() {
        return mask;
    }

    FaceTopology topology() {
        return topology;
    }
}
