package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.MappedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The location of a pack's files. */
sealed interface PackSource {
    /** The path of a file in the file system; null if the file is a classpath resource. */
    @Nullable
    Path path(String file);

    /**
     * Reads a file into memory.
     *
     * @param limit the expected maximum length; at most one byte more is read, which reveals that a file is too long
     */
    Content read(String file, long limit) throws IOException;

    /**
     * The contents of a file.
     *
     * @param file the file, which is closed by now; null for a classpath resource
     */
    @SuppressWarnings("ArrayRecordComponent") // Contents are never compared.
    record Content(byte[] bytes, @Nullable MappedFile file) {}

    private static int maxBytes(long limit) {
        return (int) Math.min(Integer.MAX_VALUE - 16, Math.max(0, limit) + 1);
    }

    /** A directory in the file system. */
    record Directory(Path directory) implements PackSource {
        @Override
        public Path path(String file) {
            return directory.resolve(file);
        }

        @Override
        public Content read(String file, long limit) throws IOException {
            try (MappedFile opened = MappedFile.open(path(file))) {
                byte[] bytes = new byte[(int) Math.min(opened.size(), maxBytes(limit))];
                int read = opened.read(0, bytes);
                return new Content(read < bytes.length ? Arrays.copyOf(bytes, read) : bytes, opened);
            }
        }

        @Override
        public String toString() {
            return directory.toString();
        }
    }

    /** The folder of an embedded pack on the classpath. */
    record Embedded(String name) implements PackSource {
        private static final String ROOT = "dev/facefuse/models/";

        boolean exists(String file) {
            return ModelPack.class.getClassLoader().getResource(resource(file)) != null;
        }

        @Override
        public @Nullable Path path(String file) {
            return null;
        }

        @Override
        public Content read(String file, long limit) throws IOException {
            try (InputStream in = ModelPack.class.getClassLoader().getResourceAsStream(resource(file))) {
                if (in == null) {
                    throw new FileNotFoundException(resource(file));
                }
                return new Content(in.readNBytes(maxBytes(limit)), null);
            }
        }

        private String resource(String file) {
            return ROOT + name + "/" + file;
        }

        @Override
        public String toString() {
            return "the embedded pack " + name;
        }
    }
}
