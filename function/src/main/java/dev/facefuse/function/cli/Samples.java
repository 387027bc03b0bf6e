package dev.facefuse.function.cli;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The two embedded portraits, both in the public domain, as encoded files. */
final class Samples {
    private static final String FOLDER = "/dev/facefuse/models/samples/";

    private Samples() {}

    /** A JPEG of 743×1155. */
    static byte[] monaLisa() {
        return read("mona-lisa.jpg");
    }

    /** A PNG of 512×512. */
    static byte[] astronaut() {
        return read("astronaut.png");
    }

    private static byte[] read(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new FuseException(
                        ErrorCode.STORAGE_NOT_FOUND, "This build has no sample " + name + "; use fuse with your own.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
