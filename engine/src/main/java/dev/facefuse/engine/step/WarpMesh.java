package dev.facefuse.engine.step;

import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.picture.PictureMemory;
import dev.facefuse.engine.step.Allocation.Kind;

/** Warps the user's face onto the template's mesh. */
public final class WarpMesh implements Step {
    /** {@code Canvas.MAX_EDGE_PX} squared. */
    private static final long MAX_CANVAS_PX = 1 << 20;

    /** Float planes on the Java heap, garbage included. */
    private static final long CANVAS_BYTES_PER_PIXEL = 200;

    private static final long BGR_BYTES = 3;

    private final MeshFusion fusion;

    /** Warps by a pack's mesh. */
    public WarpMesh(MeshFusion fusion) {
        this.fusion = fusion;
    }

    @Override
    public String name() {
        return "fuse";
    }

    /** The planes of the canvas; or, if that is more, a copy of the template, for a large face that reaches over the edge. */
    @Override
    public MemoryCost cost(Sizes sizes) {
        PictureMemory template = sizes.template();
        // A face may reach over the picture's edge, so that its canvas is larger than the picture.
        long planes = CANVAS_BYTES_PER_PIXEL * Math.min(MAX_CANVAS_PX, 2 * template.pixels());
        long copy = template.pixels() > MAX_CANVAS_PX ? BGR_BYTES * template.pixels() : 0;
        return MemoryCost.running(MemoryCost.PLANES, Math.max(copy, planes), Kind.HEAP)
                .leaving(MemoryCost.PLANES, planes, Kind.HEAP);
    }

    @Override
    public void run(FusionContext context) {
        context.setFusedFace(fusion.fuse(context.faces()));
    }
}
