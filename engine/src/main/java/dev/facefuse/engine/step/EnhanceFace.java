package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.UnetFusion;
import java.util.List;

/** Adds detail to the generated face. */
public final class EnhanceFace implements Step {
    private final UnetFusion fusion;
    private final Enhance enhance;

    /** Enhances a face if its size and the option ask for it. */
    public EnhanceFace(UnetFusion fusion, Enhance enhance) {
        this.fusion = fusion;
        this.enhance = enhance;
    }

    @Override
    public String name() {
        return "enhance";
    }

    @Override
    public List<String> networks() {
        return List.of(UnetFusion.ENHANCER_ROLE);
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        return MemoryCost.network(UnetFusion.ENHANCER_ROLE, sizes);
    }

    @Override
    public boolean isNeeded(FusionContext context) {
        return fusion.enhances(enhance, context.template().face());
    }

    @Override
    public void run(FusionContext context) {
        context.generatedFace().enhance();
    }
}
