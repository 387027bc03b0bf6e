package dev.facefuse.engine.step;

import dev.facefuse.engine.face.Embedding;
import dev.facefuse.engine.fusion.FacePair;
import dev.facefuse.engine.fusion.FusedFace;
import dev.facefuse.engine.fusion.GeneratedFace;
import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.problem.Warning;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes data from one step of a fusion to the next. It owns every native object that outlives its step, such as the decoded pictures
 * and the fused face, and closes all of them. Reading something that no step has made yet is an {@link IllegalStateException}.
 * For one thread.
 *
 * <pre>{@code
 * try (FusionContext context = new FusionContext(template, user)) {
 *     steps.forEach(step -> step.run(context)); // those that are needed
 *     return context.result();
 * }
 * }</pre>
 */
public final class FusionContext implements AutoCloseable {
    private final InputPicture template;
    private final InputPicture user;
    private final List<Warning> warnings = new ArrayList<>();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private @Nullable GeneratedFace generatedFace;
    private @Nullable FusedFace fusedFace;
    private @Nullable Embedding resultEmbedding;
    private @Nullable Encoded result;

    /** The context before the first step. */
    public FusionContext(SourcePicture template, SourcePicture user) {
        this.template = own(new InputPicture(template));
        this.user = own(new InputPicture(user));
    }

    /** The picture that is kept; steps change its pixels in place. */
    public InputPicture template() {
        return template;
    }

    /** The picture whose face goes in. */
    public InputPicture user() {
        return user;
    }

    /** One of the two pictures. */
    public InputPicture picture(Side side) {
        return side == Side.TEMPLATE ? template : user;
    }

    /** Both faces with their pictures, for a fusion. */
    FacePair faces() {
        return new FacePair(
                template.picture().bgr(), template.face(), user.picture().bgr(), user.face());
    }

    /** Adds a warning to the report. */
    public void warn(Warning warning) {
        warnings.add(warning);
    }

    /** All warnings so far, in their order. */
    public List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    /** The face that networks generate, between <i>identity</i> and the first use of {@link #fusedFace}. */
    public GeneratedFace generatedFace() {
        return made(generatedFace, "generated face");
    }

    /** Sets the face that networks generate. */
    public void setGeneratedFace(GeneratedFace face) {
        generatedFace = face;
    }

    /**
     * The fused face in the template's pixels. A generated face is assembled the first time this is called, because until then a
     * step may add a layer to it.
     */
    public FusedFace fusedFace() {
        if (fusedFace == null) {
            fusedFace = own(generatedFace().assemble());
            generatedFace = null;
        }
        return fusedFace;
    }

    /** Takes over the fused face. */
    public void setFusedFace(FusedFace face) {
        fusedFace = own(face);
    }

    /** The identity of the fused face. */
    public Embedding resultEmbedding() {
        return made(resultEmbedding, "embedding of the result");
    }

    /** Sets the identity of the fused face. */
    public void setResultEmbedding(Embedding embedding) {
        resultEmbedding = embedding;
    }

    /** The encoded result. */
    public Encoded result() {
        return made(result, "result");
    }

    /** Sets or replaces the encoded result. */
    public void setResult(Encoded encoded) {
        result = encoded;
    }

    /** Takes over an object that a step leaves to later ones; it is closed with the context. */
    public <T extends AutoCloseable> T own(T object) {
        owned.push(object);
        return object;
    }

    /** Frees the fused face and the user's picture: no step needs them once the face is part of the template. */
    public void releaseInputs() {
        generatedFace = null;
        if (fusedFace != null) {
            owned.remove(fusedFace);
            fusedFace.close();
            fusedFace = null;
        }
        user.close();
    }

    /** Frees every native object that is left, the newest first. Results, which are on the Java heap, can still be read. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("A native object cannot be closed", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    static <T> T made(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalStateException("No step has made the " + name + " yet, or it has been released");
        }
        return value;
    }
}
