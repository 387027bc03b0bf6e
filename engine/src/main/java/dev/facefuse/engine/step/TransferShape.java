package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.UnetFusion;
import java.util.List;

/** Computes the jaw line of the result from the shape of both faces. */
public final class TransferShape implements Step {
    @Override
    public String name() {
        return "shape";
    }

    @Override
    public List<String> networks() {
        return List.of(UnetFusion.SHAPE_ROLE);
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        return MemoryCost.network(UnetFusion.SHAPE_ROLE, sizes);
    }

    @Override
    public void run(FusionContext context) {
        context.generatedFace().transferShape();
    }
}
