package dev.facefuse.engine.face;

/** The identity of a face: a vector of unit length. Immutable. */
public final class Embedding {
    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /** The direction of the values; an all-zero vector stays zero. */
    public static Embedding of(float[] values) {
        double squares = 0;
        for (float v : values) {
            squares += (double) v * v;
        }
        float[] unit = new float[values.length];
        double length = Math.sqrt(squares);
        if (length > 0) {
            for (int i = 0; i < values.length; i++) {
                unit[i] = (float) (values[i] / length);
            }
        }
        return new Embedding(unit);
    }

    /** Cosine similarity, −1 … 1. By FaceRes the same person has about 0.85, two people about 0.38. */
    public double similarity(Embedding other) {
        if (values.length != other.values.length) {
            throw new IllegalArgumentException("Embeddings of different networks cannot be compared.");
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * other.values[i];
        }
        return sum;
    }
}
