package dev.facefuse.engine.step;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.ResultMemory;
import dev.facefuse.engine.step.Allocation.Kind;

/** Writes metadata into the encoded result: the label, and what it inherits from the template. */
public final class LabelPicture implements Step {
    /** With and without metadata. */
    private static final long RESULT_COPIES = 2;

    /** The template's metadata, unpacked and copied: 12 MB measured for a profile and XMP of 1 MiB each, garbage included. */
    private static final long METADATA_BYTES = 13_000_000;

    private final OutputSettings output;
    private final Labelling labelling;

    /** Labels the result. */
    public LabelPicture(OutputSettings output, Labelling labelling) {
        this.output = output;
        this.labelling = labelling;
    }

    @Override
    public String name() {
        return "label";
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        long encoded = new ResultMemory(sizes.template(), output).encodedBytes();
        return MemoryCost.running("the encoded result", RESULT_COPIES * encoded + METADATA_BYTES, Kind.HEAP);
    }

    @Override
    public void run(FusionContext context) {
        Encoded encoded = context.result();
        Labelling.Labelled labelled = labelling.apply(
                encoded,
                context.template().source().encoded(),
                context.user().source().bytes());
        context.setResult(new Encoded(labelled.picture(), encoded.format(), encoded.width(), encoded.height()));
        labelled.warnings().forEach(context::warn);
    }
}
