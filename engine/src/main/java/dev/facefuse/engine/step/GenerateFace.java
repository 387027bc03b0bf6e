package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.UnetFusion;
import java.util.List;

/** Generates the template's face with the user's identity. */
public final class GenerateFace implements Step {
    @Override
    public String name() {
        return "generate";
    }

    @Override
    public List<String> networks() {
        return List.of(UnetFusion.GENERATOR_ROLE);
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        return MemoryCost.network(UnetFusion.GENERATOR_ROLE, sizes);
    }

    @Override
    public void run(FusionContext context) {
        context.generatedFace().generate();
    }
}
