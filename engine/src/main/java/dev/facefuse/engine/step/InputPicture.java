package dev.facefuse.engine.step;

import dev.facefuse.engine.face.Embedding;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.picture.Picture;
import org.jspecify.annotations.Nullable;

/** The template or the user's picture, and what the steps have found out about it so far. Owns the decoded picture. */
public final class InputPicture implements AutoCloseable {
    private final SourcePicture source;
    private @Nullable Picture picture;
    private @Nullable Face face;
    private int faceCount;
    private @Nullable Embedding embedding;

    InputPicture(SourcePicture source) {
        this.source = source;
    }

    /** The encoded picture. */
    public SourcePicture source() {
        return source;
    }

    /** The decoded picture; for the template, the result from <i>paste</i> on. */
    public Picture picture() {
        return FusionContext.made(picture, source.name() + " picture");
    }

    /** Takes over the decoded picture; closes the one before, if any. */
    public void setPicture(Picture decoded) {
        if (picture != decoded) {
            close();
        }
        picture = decoded;
    }

    /** The chosen face, in pixels of {@link #picture}. */
    public Face face() {
        return FusionContext.made(face, "face of the " + source.name());
    }

    /** The number of faces from which {@link #face} was chosen. */
    public int faceCount() {
        return faceCount;
    }

    /** Sets the chosen face. */
    public void setFace(Face chosen, int count) {
        face = chosen;
        faceCount = count;
    }

    /** The identity of the face before the fusion. */
    public Embedding embedding() {
        return FusionContext.made(embedding, "embedding of the " + source.name());
    }

    /** Sets the identity of the face. */
    public void setEmbedding(Embedding identity) {
        embedding = identity;
    }

    /** Frees the decoded picture; what was found out about it remains. */
    @Override
    public void close() {
        if (picture != null) {
            picture.close();
            picture = null;
        }
    }
}
