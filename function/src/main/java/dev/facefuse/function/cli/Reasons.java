package dev.facefuse.function.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** The operating system's own words for an error, without the path. */
final class Reasons {

    private Reasons() {}

    static String of(IOException e) {
        if (e instanceof FileSystemException system) {
            String reason = system.getReason();
            return reason == null ? system.getClass().getSimpleName().replace("Exception", "") : reason;
        }
        return String.valueOf(e.getMessage());
    }
}
