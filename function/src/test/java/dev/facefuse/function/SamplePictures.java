package dev.facefuse.function;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The sample pictures of the models module. */
final class SamplePictures {
    private SamplePictures() {}

    /**
     * Reads a sample.
     *
     * @param name of the file, {@code mona-lisa.jpg} or {@code astronaut.png}
     */
    static byte[] read(String name) throws IOException {
        try (InputStream in = SamplePictures.class.getResourceAsStream("/dev/facefuse/models/samples/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
