package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.FusedFace;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.engine.retouch.SkinSmoothing;
import dev.facefuse.engine.retouch.Tone;
import dev.facefuse.engine.step.Allocation.Kind;
import org.bytedeco.opencv.opencv_core.Mat;

/** Retouches the pasted face, then frees the fused face and the user's picture. */
public final class RetouchFace implements Step {
    private final Retouching retouching;

    /** Retouches with these options. */
    public RetouchFace(Retouching retouching) {
        this.retouching = retouching;
    }

    @Override
    public String name() {
        return "retouch";
    }

    /** At most for a face that fills the template. */
    @Override
    public MemoryCost cost(Sizes sizes) {
        return MemoryCost.running(
                        "retouching",
                        retouching.bytesAPixel() * sizes.template().pixels(),
                        Kind.NATIVE)
                .releasing(Side.USER.title())
                .releasing(MemoryCost.PLANES);
    }

    @Override
    public void run(FusionContext context) {
        if (!retouching.isNone()) {
            FusedFace fused = context.fusedFace();
            try (Mat region = new Mat(context.template().picture().bgr(), fused.region())) {
                double eyeDistance = context.template().face().mesh().eyeDistance();
                SkinSmoothing.apply(region, fused.skin(), retouching.skinSmooth(), eyeDistance);
                Tone.apply(region, fused.mask(), retouching);
            }
        }
        context.releaseInputs();
    }
}
