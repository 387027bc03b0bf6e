package dev.facefuse.engine.network;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The setting for the dtype of large networks. Networks that find faces and measure similarity always compute in float32. */
public enum Precision {
    /** 16 bits if the device computes them fast: float16 on a GPU, bfloat16 on a CPU that supports it, otherwise float32. */
    AUTO,
    /** float32 on any device. */
    FLOAT32,
    /** bfloat16, on a GPU or on a CPU that supports it (AVX512-BF16 or AMX). */
    BFLOAT16,
    /** float16, only on a GPU: a CPU takes hundreds of times as long as in float32. */
    FLOAT16;

    /**
     * The setting with this {@link #label()}.
     *
     * @throws FuseException {@code bad-request} for anything else; the message lists the allowed values
     */
    public static Precision parse(String label) {
        return Arrays.stream(values())
                .filter(precision -> precision.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "precision is '" + label + "'; it must be one of "
                                + Arrays.stream(values()).map(Precision::label).collect(Collectors.joining(", "))
                                + "."));
    }

    /** The name in settings: {@code bfloat16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The dtype of large networks on a GPU. */
    public Dtype onCard() {
        return this == AUTO ? Dtype.FLOAT16 : Dtype.valueOf(name());
    }

    /**
     * The dtypes of large networks on the host and on a device.
     *
     * <p>With a GPU, the host keeps the weights in float32, because the copies in 16 bits are made from them. It also computes in float32
     * if the networks do not fit the GPU.
     *
     * @param bfloat16 whether the CPU supports bfloat16
     * @throws FuseException {@code bad-request} if the device does not support this setting
     */
    public Dtypes on(Device device, boolean bfloat16) {
        return device.isCuda() ? new Dtypes(Dtype.FLOAT32, onCard()) : Dtypes.all(onHost(bfloat16));
    }

    private Dtype onHost(boolean bfloat16) {
        return switch (this) {
            case AUTO -> bfloat16 ? Dtype.BFLOAT16 : Dtype.FLOAT32;
            case FLOAT32 -> Dtype.FLOAT32;
            case BFLOAT16 -> {
                if (!bfloat16) {
                    throw new FuseException(
                            ErrorCode.BAD_REQUEST,
                            "precision is bfloat16, and this processor does not compute in it (that takes AVX512-BF16 or"
                                    + " AMX); use auto or float32.");
                }
                yield Dtype.BFLOAT16;
            }
            case FLOAT16 ->
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "precision is float16, and no processor computes in it fast; use auto, float32 or bfloat16, or a"
                                + " CUDA device.");
        };
    }

    /**
     * The dtypes of large networks.
     *
     * @param host the dtype of weights on the host
     * @param device the dtype of copies on the device; the same as {@code host} if there is no device
     */
    public record Dtypes(Dtype host, Dtype device) {
        /** The same dtype on the host and on the device. */
        public static Dtypes all(Dtype dtype) {
            return new Dtypes(dtype, dtype);
        }
    }
}
