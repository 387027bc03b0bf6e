package dev.facefuse.function.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The operating system's message for an error, without the path. */
public final class Reasons {

    private Reasons() {}

    public static String of(IOException e) {
        if (e instanceof FileSystemException system) {
            String reason = system.getReason();
            return reason == null ? words(system) : reason;
        }
        return String.valueOf(e.getMessage());
    }

    /** Java does not pass the system's message on if it has an exception class for the error. */
    private static String words(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "A file is in its place";
        }
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        return "Input/output error";
    }
}
