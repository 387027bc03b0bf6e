package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.jspecify.annotations.Nullable;

/**
 * A face that the networks of {@link UnetFusion} generate. Each method runs one network on the results of the methods before it;
 * {@link UnetFusion} shows the order. Keeps crops and layers on the Java heap, nothing of the template's size. Both pictures must
 * stay open until {@link #assemble}. For one thread.
 */
public final class GeneratedFace {
    private static final int IDENTITY_PX = 112;
    private static final int SHAPE_PX = 224;
    private static final float HALF_RANGE = 127.5f;
    private static final float WHITE = 255;

    private final UnetFusion fusion;
    private final Mat template;
    private final Face face;
    private final PixelSource templatePixels;
    private final Similarity toCrop;
    private final Planes userCrop;
    private final Planes templateCrop;
    private final List<Layer> layers = new ArrayList<>();
    private float @Nullable [] identity;
    private @Nullable Jaws jaws;

    GeneratedFace(UnetFusion fusion, FacePair faces) {
        this.fusion = fusion;
        this.template = faces.template();
        this.face = faces.templateFace();
        this.toCrop = Alignment.toFused(face.fivePoints());
        this.templatePixels = new PicturePixels(template);
        this.userCrop = new PicturePixels(faces.user())
                .crop(Alignment.toFused(faces.userFace().fivePoints()), Alignment.FUSED_PX);
        this.templateCrop = templatePixels.crop(toCrop, Alignment.FUSED_PX);
    }

    /** Describes the user's identity. */
    public void extractIdentity() {
        Planes input = userCrop.resized(IDENTITY_PX, Planes.Corners.ALIGNED);
        identity = fusion.networks().embedding(input.data());
    }

    /** Computes the jaw line that combines the user's shape with the template's pose and expression. */
    public void transferShape() {
        float[] user = shapeInput(userCrop);
        float[] target = shapeInput(templateCrop);
        float[] both = new float[user.length + target.length];
        System.arraycopy(user, 0, both, 0, user.length);
        System.arraycopy(target, 0, both, user.length, target.length);
        float[] coefficients = fusion.networks().coefficients(both, UnetFusion.SHAPES_AT_ONCE);
        float[] ofUser = new float[FaceModel.COEFFICIENTS];
        float[] ofTarget = new float[FaceModel.COEFFICIENTS];
        System.arraycopy(coefficients, 0, ofUser, 0, ofUser.length);
        System.arraycopy(coefficients, ofUser.length, ofTarget, 0, ofTarget.length);
        FaceModel model = fusion.model();
        jaws = new Jaws(model.project(FaceModel.fused(ofUser, ofTarget)), model.project(ofTarget));
    }

    /** Generates the template's face with the user's identity. */
    public void generate() {
        float[] user = Objects.requireNonNull(identity, "extractIdentity runs before generate");
        Jaws lines = Objects.requireNonNull(jaws, "transferShape runs before generate");
        float[] fused = fusion.networks().fused(templateCrop.data(), user, lines.fused(), lines.target());
        Planes pixels = new Planes(3, Alignment.FUSED_PX, fused).mapped(HALF_RANGE, HALF_RANGE, 0, WHITE);
        layers.add(new GeneratorLayer(pixels, fusion.mask(), toCrop));
    }

    /** Adds detail to the generated face. */
    public void enhance() {
        int edge = Alignment.ENHANCED_PX;
        Similarity toEnhanced = Alignment.toEnhanced(face.fivePoints());
        PixelSource composite = new CompositeImage(templatePixels, layers.get(0));
        float[] enhanced =
                fusion.networks().enhanced(composite.crop(toEnhanced, edge).data());
        byte[] bgr = toBgr(enhanced, edge * edge);
        try (Mat crop = new Mat(edge, edge, opencv_core.CV_8UC3)) {
            ByteBuffer pixels = crop.createBuffer();
            pixels.put(bgr);
            Softening.of(face.detection().box()).apply(crop);
            ByteBuffer softened = crop.createBuffer();
            softened.get(bgr);
        }
        layers.add(new EnhancerLayer(bgr, toEnhanced));
    }

    /**
     * The face in the template's pixels.
     *
     * @return the caller's to close
     * @throws FuseException {@code no-face} if the face lies outside the template
     */
    public FusedFace assemble() {
        LayerStack layered = new LayerStack(layers, face.mesh(), fusion.topology());
        return new FusedFace(inside(layered.bounds(), template), layered);
    }

    /** Jaw lines of the result and of the template, 17×2 each. */
    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    private record Jaws(float[] fused, float[] target) {}

    private static float[] shapeInput(Planes crop) {
        return crop.mapped(0.5f, 0.5f, 0, 1)
                .resized(SHAPE_PX, Planes.Corners.OUTER)
                .data();
    }

    private static byte[] toBgr(float[] planes, int area) {
        byte[] bgr = new byte[3 * area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = planes[channel * area + i] * HALF_RANGE + HALF_RANGE;
                bgr[3 * i + 2 - channel] = (byte) (int) Math.max(0, Math.min(WHITE, value));
            }
        }
        return bgr;
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
