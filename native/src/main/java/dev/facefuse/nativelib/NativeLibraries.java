package dev.facefuse.nativelib;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Makes the native libraries ready to load, and says in a sentence why they cannot be. */
public final class NativeLibraries {
    private static boolean ready;

    private NativeLibraries() {}

    /**
     * Extracts the libraries, on the first call that succeeds; where they were extracted beforehand, makes sure of them.
     *
     * @throws NativeException {@link NativeException.Kind#LIBRARIES} if the folder is missing, full, read-only or {@code noexec}
     */
    public static synchronized void prepare() {
        if (ready) {
            return;
        }
        JavaCppSettings.apply();
        if (LibraryIndex.isFolder()) {
            requireFolder();
        } else {
            NativeCache.fill();
        }
        ready = true;
    }

    /** Does what loads libraries; a linker's error becomes a problem of this name. */
    public static <T> T loading(Supplier<T> work) {
        prepare();
        try {
            return work.get();
        } catch (LinkageError e) {
            throw unloadable(e);
        }
    }

    /** The problem that a library which should be there is not, or does not load. */
    public static NativeException unloadable(LinkageError error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String where = LibraryIndex.isFolder() ? LibraryIndex.folder() : System.getProperty(NativeCache.PROPERTY, "");
        return new NativeException(
                NativeException.Kind.LIBRARIES,
                "The native libraries in " + where + " cannot be loaded: "
                        + NativeException.reasonIn(String.valueOf(root.getMessage()))
                        + ". Delete that folder and start again; they are extracted anew.",
                error);
    }

    private static void requireFolder() {
        Path folder = Path.of(LibraryIndex.folder());
        for (String library : List.of("jnijavacpp", "jnitorch")) {
            Path file = folder.resolve(System.mapLibraryName(library));
            if (!Files.isReadable(file)) {
                throw new NativeException(
                        NativeException.Kind.LIBRARIES,
                        "The native library " + file + " is missing: -D" + LibraryIndex.FOLDER
                                + " must name the folder with all of them, or be left out.",
                        null);
            }
        }
    }
}
