package dev.facefuse.engine.step;

import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Compositor;
import org.bytedeco.opencv.opencv_core.Mat;

/** Blends the fused face into the template, in the template's own pixels. */
public final class PasteFace implements Step {
    private final Blending blending;

    /** Blends with these options. */
    public PasteFace(Blending blending) {
        this.blending = blending;
    }

    @Override
    public String name() {
        return "paste";
    }

    @Override
    public void run(FusionContext context) {
        Picture template = context.template().picture();
        context.fusedFace().eachStrip((place, pixels, mask) -> {
            try (Mat strip = new Mat(template.bgr(), place)) {
                Compositor.blend(strip, pixels, mask, blending);
            }
        });
    }
}
