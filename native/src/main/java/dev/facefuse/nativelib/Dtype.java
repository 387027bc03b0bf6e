package dev.facefuse.nativelib;

import java.util.Locale;

/** What one element of a tensor is. Weights and activations are one of the three floats. */
public enum Dtype {
    FLOAT32(4, true),
    /** IEEE half precision: for CUDA. On a CPU it is hundreds of times slower than {@link #FLOAT32}. */
    FLOAT16(2, true),
    /** float32's range with 8 bits of precision: for processors with AVX512-BF16 or AMX ({@link LibtorchInfo#bfloat16}). */
    BFLOAT16(2, true),
    FLOAT64(8, true),
    INT64(8, false),
    INT32(4, false),
    INT16(2, false),
    INT8(1, false),
    UINT8(1, false),
    BOOL(1, false);

    private final int bytes;
    private final boolean floatingPoint;

    Dtype(int bytes, boolean floatingPoint) {
        this.bytes = bytes;
        this.floatingPoint = floatingPoint;
    }

    /** Bytes an element takes. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloatingPoint() {
        return floatingPoint;
    }

    /** The name manifests and Python use: {@code float32}. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The dtype with this {@link #jsonName()}.
     *
     * @throws IllegalArgumentException that lists the names there are
     */
    public static Dtype ofJsonName(String jsonName) {
        for (Dtype dtype : values()) {
            if (dtype.jsonName().equals(jsonName)) {
                return dtype;
            }
        }
        StringBuilder known = new StringBuilder();
        for (Dtype dtype : values()) {
            known.append(known.isEmpty() ? "" : ", ").append(dtype.jsonName());
        }
        throw new IllegalArgumentException("Unknown dtype '" + jsonName + "': use one of " + known);
    }
}
