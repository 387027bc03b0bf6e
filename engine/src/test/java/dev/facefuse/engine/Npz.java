package dev.facefuse.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Arrays that numpy saved: {@code .npz}, a zip of {@code .npy} of format 1 or 2, little endian, C order. */
public record Npz(Path file) {
    /** Arrays that the original implementation computed, from where Maven runs a module's tests. */
    public static final Path GOLDEN = Path.of("..", "models", "export", "tests", "golden");

    private static final Pattern HEADER =
            Pattern.compile("'descr': '<([fi][48])', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\)");

    /**
     * An array.
     *
     * @param values row-major, as many as the shape says
     */
    @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
    public record Array(int[] shape, double[] values) {
        /** The values in float32: exact where that is what was saved. */
        public float[] floats() {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }
    }

    /** An array by its name. */
    public Array get(String name) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(name + ".npy");
            if (entry == null) {
                throw new IllegalArgumentException(file + " has no array " + name);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return parsed(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Array parsed(ByteBuffer npy) {
        int major = npy.get(6);
        byte[] header = new byte[major == 1 ? npy.getShort(8) : npy.getInt(8)];
        npy.position(major == 1 ? 10 : 12).get(header);
        Matcher matcher = HEADER.matcher(new String(header, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    "Not an array of numbers: " + new String(header, StandardCharsets.UTF_8));
        }
        int[] shape = Arrays.stream(matcher.group(2).split(",", 0))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        double[] values = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (matcher.group(1)) {
                case "f4" -> npy.getFloat();
                case "f8" -> npy.getDouble();
                case "i4" -> npy.getInt();
                default -> npy.getLong();
            };
        }
        return new Array(shape, values);
    }
}
