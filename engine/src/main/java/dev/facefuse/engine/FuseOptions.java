package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;

/** Options of one fusion. Each part checks its ranges when it is created. */
public record FuseOptions(
        FaceChoice faces, Enhance enhance, Blending blending, Retouching retouching, OutputSettings output, Mark mark) {
    public static final FuseOptions DEFAULT =
            new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, OutputSettings.DEFAULT);

    /** Options of a fusion that is enhanced where that shows, and asks for no mark. */
    public FuseOptions(FaceChoice faces, Blending blending, Retouching retouching, OutputSettings output) {
        this(faces, Enhance.AUTO, blending, retouching, output, Mark.NONE);
    }

    /** The same, with another choice of enhancement. */
    public FuseOptions with(Enhance other) {
        return new FuseOptions(faces, other, blending, retouching, output, mark);
    }

    /** The same, with another choice of faces. */
    public FuseOptions with(FaceChoice other) {
        return new FuseOptions(other, enhance, blending, retouching, output, mark);
    }

    /** The same, with another blending. */
    public FuseOptions with(Blending other) {
        return new FuseOptions(faces, enhance, other, retouching, output, mark);
    }

    /** The same, with another retouching. */
    public FuseOptions with(Retouching other) {
        return new FuseOptions(faces, enhance, blending, other, output, mark);
    }

    /** The same, with another output. */
    public FuseOptions with(OutputSettings other) {
        return new FuseOptions(faces, enhance, blending, retouching, other, mark);
    }

    /** The same, with another mark. */
    public FuseOptions with(Mark other) {
        return new FuseOptions(faces, enhance, blending, retouching, output, other);
    }
}
