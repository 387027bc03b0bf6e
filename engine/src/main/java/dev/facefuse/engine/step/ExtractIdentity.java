package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.step.Allocation.Kind;
import java.util.List;

/** Crops both faces for the UNet networks and describes the user's identity. */
public final class ExtractIdentity implements Step {
    /** Two crops of 256×256, their other sizes, the fused one: 10 MB of float planes; a strip of the result with its mask. */
    private static final long CROPS_BYTES = 18_000_000;

    /** Float planes of 1024×1024, in and out, each once in Java and once converted; the crop in 8 bits, softened. */
    private static final long ENHANCED_BYTES = 60_000_000;

    private final UnetFusion fusion;
    private final Enhance enhance;

    /**
     * Begins a face.
     *
     * @param enhance whether the face may be enhanced later, which takes memory
     */
    public ExtractIdentity(UnetFusion fusion, Enhance enhance) {
        this.fusion = fusion;
        this.enhance = enhance;
    }

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public List<String> networks() {
        return List.of(UnetFusion.IDENTITY_ROLE);
    }

    /** All crops of the fusion, the enhancer's among them. */
    @Override
    public MemoryCost cost(Sizes sizes) {
        boolean enhanced = fusion.mayEnhance(enhance);
        long crops = CROPS_BYTES + (enhanced ? ENHANCED_BYTES : 0);
        return MemoryCost.network(UnetFusion.IDENTITY_ROLE, sizes)
                .and(MemoryCost.PLANES, crops, Kind.HEAP)
                .leaving(MemoryCost.PLANES, crops, Kind.HEAP);
    }

    @Override
    public void run(FusionContext context) {
        context.setGeneratedFace(fusion.begin(context.faces()));
        context.generatedFace().extractIdentity();
    }
}
