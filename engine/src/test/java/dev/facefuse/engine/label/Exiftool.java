package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.picture.PictureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes metadata with ExifTool, which knows nothing of this project. Tests that ask it are skipped where it is not. */
public final class Exiftool {
    private static final boolean IS_THERE = isThere();

    private Exiftool() {}

    private static boolean isThere() {
        try {
            return run(List.of("-ver")).matches("\\d+\\.\\d+");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Skips the test where there is no ExifTool. */
    public static void require() {
        assumeTrue(IS_THERE, "exiftool is not installed (Debian: apt-get install libimage-exiftool-perl)");
    }

    /** All that it finds in a picture, by group and name such as {@code XMP-dc:Title}, values as they are stored. */
    public static JsonNode read(byte[] picture, PictureFormat format) {
        require();
        List<String> arguments = List.of("-j", "-G1", "-struct", "-n", "-a", "-all", "-validate", "-warning");
        return withFile(picture, format, file -> JsonMapper.shared()
                .readTree(run(with(arguments, file)))
                .get(0));
    }

    /** One block of metadata as it is stored, such as {@code -ICC_Profile}. */
    static byte[] block(byte[] picture, PictureFormat format, String tag) {
        require();
        return withFile(picture, format, file -> bytes(with(List.of("-b", tag), file)));
    }

    /** A file with these bytes, for tags that take one; gone with the process. */
    static Path file(byte[] bytes) {
        try {
            Path file = Files.createTempFile("block", ".bin");
            file.toFile().deleteOnExit();
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> with(List<String> arguments, Path file) {
        List<String> all = new ArrayList<>(arguments);
        all.add(file.toString());
        return all;
    }

    /** The picture with metadata, such as {@code -XMP-dc:Title=x}. */
    static byte[] written(byte[] picture, PictureFormat format, List<String> tags) {
        require();
        return withFile(picture, format, file -> {
            List<String> arguments = new ArrayList<>(List.of("-q", "-n", "-overwrite_original"));
            arguments.addAll(tags);
            assertThat(run(with(arguments, file))).as("complaints").isEmpty();
            return Files.readAllBytes(file);
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Path file) throws IOException;
    }

    private static <T> T withFile(byte[] picture, PictureFormat format, Work<T> work) {
        try {
            Path file = Files.createTempFile("picture", "." + format.extension());
            try {
                return work.with(Files.write(file, picture));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(List<String> arguments) {
        return new String(bytes(arguments), StandardCharsets.UTF_8).strip();
    }

    private static byte[] bytes(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("exiftool"));
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
