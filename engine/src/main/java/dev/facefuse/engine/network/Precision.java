package dev.facefuse.engine.network;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What large networks compute in; those that find faces and measure likeness always compute in float32. */
public enum Precision {
    /** 16 bits where the device computes them fast: float16 on a card, bfloat16 on a processor that has it, else float32. */
    AUTO,
    /** Everywhere. */
    FLOAT32,
    /** On a card or on a processor that has it (AVX512-BF16 or AMX). */
    BFLOAT16,
    /** On a card; a processor takes hundreds of times as long as in float32. */
    FLOAT16;

    /**
     * The setting of this name.
     *
     * @throws FuseException {@code bad-request} with the names there are
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

    /** As settings spell it: {@code bfloat16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What large networks compute in on a card. */
    public Dtype onCard() {
        return this == AUTO ? Dtype.FLOAT16 : Dtype.valueOf(name());
    }

    /**
     * What large networks compute in on the host and on a device.
     *
     * <p>Where there is a card the host keeps float32, from which 16 bits of any kind are made without a further loss; it
     * computes in it when nothing else fits.
     *
     * @param bfloat16 whether the processor has it
     * @throws FuseException {@code bad-request} if the device does not compute in this
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
     * What large networks compute in.
     *
     * @param host where they run on the host
     * @param device where a copy of them runs on the device; the same where there is none
     */
    public record Dtypes(Dtype host, Dtype device) {
        /** One everywhere. */
        public static Dtypes all(Dtype dtype) {
            return new Dtypes(dtype, dtype);
        }
    }
}
