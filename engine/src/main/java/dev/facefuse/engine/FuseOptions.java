package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;

/** What a caller may choose about a fusion; each part checks its own ranges when it is made. */
public record FuseOptions(FaceChoice faces, Blending blending, Retouching retouching, OutputSettings output) {
    public static final FuseOptions DEFAULT =
            new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, OutputSettings.DEFAULT);
}
