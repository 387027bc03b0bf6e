package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.picture.HostPeak;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Fuses faces by the networks of damo/cv_unet-image-face-fusion_damo: one says who the user is, one what shape both faces have, one
 * draws the template's face with the user's identity, 256×256, and one gives it detail, 1024×1024. Nothing that is kept has the
 * template's size: crops are laid over it where they are asked for.
 */
public final class UnetFusion implements Fusion {
    /** Roles of a pack; the enhancer's may be missing. */
    public static final String IDENTITY_ROLE = "identity";

    public static final String SHAPE_ROLE = "shape";
    public static final String GENERATOR_ROLE = "generator";
    public static final String ENHANCER_ROLE = "enhancer";

    /** The user's face and the template's, for {@link UnetNetworks#coefficients}. */
    public static final int SHAPES_AT_ONCE = 2;

    private static final String IDENTITY = "identity";
    private static final String SHAPE = "shape";
    private static final String GENERATE = "generate";
    private static final String ENHANCE = "enhance";

    private static final int IDENTITY_PX = 112;
    private static final int SHAPE_PX = 224;
    private static final float HALF_RANGE = 127.5f;
    private static final float WHITE = 255;

    private final UnetNetworks networks;
    private final FaceModel model;
    private final Planes mask;
    private final FaceTopology topology;

    /**
     * A fusion over a pack's networks.
     *
     * @param model the pack's asset {@code face-model}
     * @param mask the pack's asset {@code mask}, a PNG
     * @param topology of the meshes that faces come with
     * @throws FuseException {@code pack-invalid} if the mask is not one
     */
    public UnetFusion(UnetNetworks networks, FaceModel model, byte[] mask, FaceTopology topology) {
        this.networks = networks;
        this.model = model;
        this.mask = SoftMask.read(mask);
        this.topology = topology;
    }

    @Override
    public List<Step> steps(Enhance enhance) {
        if (enhance == Enhance.ALWAYS && !networks.hasEnhancer()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "enhance is always, and this model pack has no enhancer; ask for auto or export the pack with it.");
        }
        List<Step> steps = new ArrayList<>(List.of(
                new Step(IDENTITY, List.of(IDENTITY_ROLE)),
                new Step(SHAPE, List.of(SHAPE_ROLE)),
                new Step(GENERATE, List.of(GENERATOR_ROLE))));
        if (enhance != Enhance.NEVER && networks.hasEnhancer()) {
            steps.add(new Step(ENHANCE, List.of(ENHANCER_ROLE)));
        }
        return steps;
    }

    @Override
    public HostPeak.Fusing hostBytes(HostPeak.Source template, Enhance enhance, ToLongFunction<String> runningBytes) {
        List<String> roles =
                steps(enhance).stream().flatMap(step -> step.roles().stream()).toList();
        return HostPeak.Fusing.byNetworks(
                roles.contains(ENHANCER_ROLE),
                roles.stream().mapToLong(runningBytes).max().orElse(0));
    }

    @Override
    public FusedFace fuse(FacePair faces, Enhance enhance, Steps steps) {
        Face face = faces.templateFace();
        Similarity toCrop = Alignment.toFused(face.fivePoints());
        PixelSource template = new PicturePixels(faces.template());
        Planes userCrop = new PicturePixels(faces.user())
                .crop(Alignment.toFused(faces.userFace().fivePoints()), Alignment.FUSED_PX);
        Planes templateCrop = template.crop(toCrop, Alignment.FUSED_PX);

        float[] embedding = steps.run(
                IDENTITY,
                () -> networks.embedding(
                        userCrop.resized(IDENTITY_PX, Planes.Corners.ALIGNED).data()));
        Jaws jaws = steps.run(SHAPE, () -> jaws(userCrop, templateCrop));
        Planes fused = steps.run(GENERATE, () -> generated(templateCrop, embedding, jaws));
        List<Layer> layers = new ArrayList<>();
        layers.add(new FusedLayer(fused, mask, toCrop));
        if (networks.hasEnhancer() && enhance.wants(face.detection().box())) {
            layers.add(steps.run(ENHANCE, () -> enhanced(new LaidOver(template, layers.get(0)), face)));
        }
        LayeredFace layered = new LayeredFace(layers, face.mesh(), topology);
        return new FusedFace(inside(layered.bounds(), faces.template()), layered);
    }

    /** Jaw lines of the result and of the template, 17×2 each. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    private record Jaws(float[] fused, float[] target) {}

    private Jaws jaws(Planes user, Planes template) {
        float[] first = shapeInput(user);
        float[] second = shapeInput(template);
        float[] both = new float[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        float[] coefficients = networks.coefficients(both, SHAPES_AT_ONCE);
        float[] ofUser = new float[FaceModel.COEFFICIENTS];
        float[] ofTemplate = new float[FaceModel.COEFFICIENTS];
        System.arraycopy(coefficients, 0, ofUser, 0, ofUser.length);
        System.arraycopy(coefficients, ofUser.length, ofTemplate, 0, ofTemplate.length);
        return new Jaws(model.project(FaceModel.fused(ofUser, ofTemplate)), model.project(ofTemplate));
    }

    private static float[] shapeInput(Planes crop) {
        return crop.mapped(0.5f, 0.5f, 0, 1)
                .resized(SHAPE_PX, Planes.Corners.OUTER)
                .data();
    }

    /** The fused crop, 0 … 255. */
    private Planes generated(Planes templateCrop, float[] embedding, Jaws jaws) {
        float[] fused = networks.fused(templateCrop.data(), embedding, jaws.fused(), jaws.target());
        return new Planes(3, Alignment.FUSED_PX, fused).mapped(HALF_RANGE, HALF_RANGE, 0, WHITE);
    }

    private Layer enhanced(PixelSource blended, Face face) {
        int edge = Alignment.ENHANCED_PX;
        Similarity toCrop = Alignment.toEnhanced(face.fivePoints());
        float[] enhanced = networks.enhanced(blended.crop(toCrop, edge).data());
        int area = edge * edge;
        byte[] bgr = new byte[3 * area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = enhanced[channel * area + i] * HALF_RANGE + HALF_RANGE;
                bgr[3 * i + 2 - channel] = (byte) (int) Math.max(0, Math.min(WHITE, value));
            }
        }
        try (Mat crop = new Mat(edge, edge, opencv_core.CV_8UC3)) {
            ByteBuffer pixels = crop.createBuffer();
            pixels.put(bgr);
            Softening.of(face.detection().box()).apply(crop);
            ByteBuffer softened = crop.createBuffer();
            softened.get(bgr);
        }
        return new EnhancedLayer(bgr, toCrop);
    }

    /** The pixels of a picture in a box; the caller's to close. */
    private static Rect inside(Box box, Mat picture) {
        int left = (int) Math.max(0, Math.ceil(box.x()));
        int top = (int) Math.max(0, Math.ceil(box.y()));
        int right = (int) Math.min(picture.cols() - 1, Math.floor(box.x() + box.width()));
        int bottom = (int) Math.min(picture.rows() - 1, Math.floor(box.y() + box.height()));
        if (right < left || bottom < top) {
            throw new FuseException(
                    ErrorCode.NO_FACE, "The face lies outside the picture; use a picture that shows more of it.");
        }
        return new Rect(left, top, right - left + 1, bottom - top + 1);
    }
}
