package dev.facefuse.engine.step;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.picture.ResultMemory;
import dev.facefuse.engine.step.Allocation.Kind;

/** Resizes the result, draws the visible mark and encodes it. */
public final class WritePicture implements Step {
    private final OutputSettings output;
    private final Mark mark;
    private final Labelling labelling;
    private final PictureWriter writer;

    /** Writes the result with these options. */
    public WritePicture(OutputSettings output, Mark mark, Labelling labelling, PictureWriter writer) {
        this.output = output;
        this.mark = mark;
        this.labelling = labelling;
        this.writer = writer;
    }

    @Override
    public String name() {
        return "write";
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        long bytes = new ResultMemory(sizes.template(), output).writingBytes();
        return MemoryCost.running("the encoder", bytes, Kind.NATIVE);
    }

    @Override
    public void run(FusionContext context) {
        Picture fused = context.template().picture();
        PictureFormat format = output.format() != null
                ? output.format()
                : context.template().source().header().format();
        writer.warning(fused, format).ifPresent(context::warn);
        try (Picture sized = fused.withLongestEdge(output.longestEdge())) {
            labelling.mark(sized, mark);
            byte[] bytes = writer.write(sized, format, output.quality());
            context.setResult(new Encoded(bytes, format, sized.width(), sized.height()));
        }
    }
}
