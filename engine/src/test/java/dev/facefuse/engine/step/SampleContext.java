package dev.facefuse.engine.step;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureMemory;
import dev.facefuse.engine.picture.PictureReader;

/** Mona Lisa as the template and an astronaut as the user, as far as a step's test needs them. */
public final class SampleContext {
    private SampleContext() {}

    /** Before the first step. */
    public static FusionContext encoded() {
        return new FusionContext(
                SourcePicture.template(Samples.MONA_LISA, PictureLimits.DEFAULT, OutputSettings.DEFAULT),
                SourcePicture.lookedAt("user", Samples.ASTRONAUT, PictureLimits.DEFAULT));
    }

    /** Both pictures decoded. */
    public static FusionContext decoded() {
        FusionContext context = encoded();
        PictureReader reader = new PictureReader(PictureLimits.DEFAULT);
        for (Side side : Side.values()) {
            InputPicture input = context.picture(side);
            input.setPicture(input.source().decode(reader));
        }
        return context;
    }

    /** Both pictures decoded and their only faces found. */
    public static FusionContext withFaces(FaceModels models) {
        FusionContext context = decoded();
        for (Side side : Side.values()) {
            InputPicture input = context.picture(side);
            input.setFace(models.face(input.picture().bgr()), 1);
        }
        return context;
    }

    /** Sizes of both pictures, with networks that run elsewhere. */
    public static Sizes sizes() {
        return new Sizes(memory(Samples.MONA_LISA), memory(Samples.ASTRONAUT), role -> 0);
    }

    private static PictureMemory memory(byte[] picture) {
        return new PictureMemory(PictureHeader.read(picture, PictureLimits.DEFAULT), picture.length, DecodeSize.full());
    }
}
