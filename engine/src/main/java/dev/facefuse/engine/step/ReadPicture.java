package dev.facefuse.engine.step;

import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureMemory;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.problem.Warning;
import dev.facefuse.engine.step.Allocation.Kind;

/** Decodes the template or the user's picture. */
public final class ReadPicture implements Step {
    /** Pages of libraries and the JVM's code for them, touched for the first time: 11 MB with G1, 21 with the serial collector. */
    private static final long FIRST_USE_BYTES = 20_000_000;

    private final Side side;
    private final PictureReader reader;

    /** Decodes one of the pictures. */
    public ReadPicture(Side side, PictureReader reader) {
        this.side = side;
        this.reader = reader;
    }

    @Override
    public String name() {
        return "read-" + side.label();
    }

    @Override
    public MemoryCost cost(Sizes sizes) {
        PictureMemory picture = sizes.of(side);
        MemoryCost cost = MemoryCost.running("decoding " + side.title(), picture.decodingBytes(), Kind.NATIVE)
                .leaving(side.title(), picture.decodedBytes(), Kind.NATIVE);
        return side == Side.TEMPLATE ? cost.and("first use of libraries", FIRST_USE_BYTES, Kind.RUNTIME) : cost;
    }

    @Override
    public void run(FusionContext context) {
        InputPicture input = context.picture(side);
        Picture picture = input.source().decode(reader);
        input.setPicture(picture);
        for (Warning warning : picture.warnings()) {
            context.warn(new Warning(warning.kind(), side.label() + ": " + warning.sentence()));
        }
    }
}
