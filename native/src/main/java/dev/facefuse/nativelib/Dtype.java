package dev.facefuse.nativelib;

import java.util.Locale;

/** The type of a tensor's elements. A weight or activation is float32, float16 or bfloat16. */
public enum Dtype {
    FLOAT32(4, true),
    /** IEEE half precision, for CUDA only: on a CPU it is hundreds of times slower than {@link #FLOAT32}. */
    FLOAT16(2, true),
    /** The range of float32 with 8 bits of precision, for CPUs with AVX512-BF16 or AMX ({@link LibtorchInfo#bfloat16}). */
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

    /** The size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloatingPoint() {
        return floatingPoint;
    }

    /** The name in manifests and in Python: {@code float32}. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The dtype with this {@link #jsonName()}.
     *
     * @throws IllegalArgumentException if there is none; the message lists all names
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
