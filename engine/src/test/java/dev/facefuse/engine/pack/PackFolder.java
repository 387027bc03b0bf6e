package dev.facefuse.engine.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/** A copy of the embedded pack {@code mesh} in a directory, for tests that modify it. */
public final class PackFolder {
    private static final String EMBEDDED = "/dev/facefuse/models/mesh/";
    private static final List<String> FILES =
            List.of("pack.json", "detector.pt", "mesh.pt", "embedding.pt", "topology.json");

    private PackFolder() {}

    /** Writes the pack's files into an existing directory; returns the directory. */
    public static Path copyTo(Path directory) {
        try {
            for (String file : FILES) {
                try (InputStream in = PackFolder.class.getResourceAsStream(EMBEDDED + file)) {
                    Files.copy(Objects.requireNonNull(in, file), directory.resolve(file));
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flips one bit in the middle of a file. */
    public static void tamper(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    /** Writes zeros over a third of a file, in place. */
    public static void zeroAThird(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int third = (int) channel.size() / 3;
            channel.write(ByteBuffer.allocate(third), third);
        }
    }

    /** Cuts a file in half, in place. */
    public static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    /** Renames a new file with these bytes over a file. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path other = Files.write(file.resolveSibling("other.tmp"), bytes);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
