package dev.facefuse.nativelib;

import java.util.Locale;

/**
 * The device that holds a tensor or a model: the host or one CUDA device.
 *
 * @param kind host or CUDA
 * @param index the number of the CUDA device, from 0; always 0 for the host
 */
public record Device(Kind kind, int index) {

    /** The kind of processor. */
    public enum Kind {
        CPU,
        CUDA
    }

    /** The host. */
    public static final Device CPU = new Device(Kind.CPU, 0);

    /** libtorch stores the number of a device in a signed byte. */
    private static final int MAX_INDEX = Byte.MAX_VALUE;

    public Device {
        if (index < 0 || index > MAX_INDEX || (kind == Kind.CPU && index != 0)) {
            throw new IllegalArgumentException("There is no " + kind + " device number " + index);
        }
    }

    /** The CUDA device with this number, which need not exist: {@link Libtorch#load()} returns how many there are. */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * Parses {@code cpu}, {@code cuda} or {@code cuda:N}; upper and lower case are the same.
     *
     * @throws IllegalArgumentException for anything else; the message lists the allowed values
     */
    public static Device parse(String text) {
        String device = text.strip().toLowerCase(Locale.ROOT);
        if (device.equals("cpu")) {
            return CPU;
        }
        if (device.equals("cuda")) {
            return cuda(0);
        }
        if (device.matches("cuda:\\d{1,3}") && Integer.parseInt(device.substring(5)) <= MAX_INDEX) {
            return cuda(Integer.parseInt(device.substring(5)));
        }
        throw new IllegalArgumentException("Unknown device '" + text + "': use cpu, cuda or cuda:N (N from 0)");
    }

    public boolean isCuda() {
        return kind == Kind.CUDA;
    }

    /** {@code cpu} or {@code cuda:0}, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return isCuda() ? "cuda:" + index : "cpu";
    }
}
