package dev.facefuse.engine.step;

import dev.facefuse.engine.face.FaceEmbedder;
import dev.facefuse.engine.face.MeshEstimator;
import dev.facefuse.engine.picture.Picture;
import java.util.List;

/** Computes the identity of the result, which the report compares to those of both pictures. */
public final class CompareFaces implements Step {
    private final MeshEstimator meshes;
    private final FaceEmbedder embedder;

    /** Compares with these networks. */
    public CompareFaces(MeshEstimator meshes, FaceEmbedder embedder) {
        this.meshes = meshes;
        this.embedder = embedder;
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public List<String> networks() {
        return List.of(MeshEstimator.ROLE, FaceEmbedder.ROLE);
    }

    @Override
    public void run(FusionContext context) {
        Picture result = context.template().picture();
        context.setResultEmbedding(embedder.embed(
                result.bgr(),
                meshes.estimate(result.bgr(), context.template().face().detection())));
    }
}
