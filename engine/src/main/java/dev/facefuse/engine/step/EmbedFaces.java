package dev.facefuse.engine.step;

import dev.facefuse.engine.face.Embedding;
import dev.facefuse.engine.face.FaceEmbedder;
import java.util.List;

/** Computes the identity of both faces before the fusion. */
public final class EmbedFaces implements Step {
    private final FaceEmbedder embedder;

    /** Computes identities with a network. */
    public EmbedFaces(FaceEmbedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public String name() {
        return "embed";
    }

    @Override
    public List<String> networks() {
        return List.of(FaceEmbedder.ROLE);
    }

    @Override
    public void run(FusionContext context) {
        context.template().setEmbedding(embed(context.template()));
        context.user().setEmbedding(embed(context.user()));
    }

    private Embedding embed(InputPicture input) {
        return embedder.embed(input.picture().bgr(), input.face().mesh());
    }
}
