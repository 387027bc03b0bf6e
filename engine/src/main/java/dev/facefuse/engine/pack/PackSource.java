package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.MappedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The place of a pack's files. */
sealed interface PackSource {
    /** The path of a file on this machine; null if the file is in an archive. */
    @Nullable
    Path path(String file);

    /**
     * Reads a file into memory.
     *
     * @param limit at most this many bytes and one are read: a file that is longer than it should be is not read to its end
     */
    Content read(String file, long limit) throws IOException;

    /**
     * A file's bytes.
     *
     * @param file they were read from, closed; null if it is in an archive
     */
    @SuppressWarnings("ArrayRecordComponent") // Contents are never compared.
    record Content(byte[] bytes, @Nullable MappedFile file) {}

    private static int atMost(long limit) {
        return (int) Math.min(Integer.MAX_VALUE - 16, Math.max(0, limit) + 1);
    }

    /** A directory of the file system. */
    record Directory(Path directory) implements PackSource {
        @Override
        public Path path(String file) {
            return directory.resolve(file);
        }

        @Override
        public Content read(String file, long limit) throws IOException {
            try (MappedFile opened = MappedFile.open(path(file))) {
                byte[] bytes = new byte[(int) Math.min(opened.size(), atMost(limit))];
                int read = opened.read(0, bytes);
                return new Content(read < bytes.length ? Arrays.copyOf(bytes, read) : bytes, opened);
            }
        }

        @Override
        public String toString() {
            return directory.toString();
        }
    }

    /** A folder of the classpath that holds a pack of this name. */
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
                return new Content(in.readNBytes(atMost(limit)), null);
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
