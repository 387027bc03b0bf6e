package dev.facefuse.nativelib;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Extracts the native libraries before the first one loads, and turns a failure to load one into a {@link NativeException}. */
public final class NativeLibraries {
    /** JavaCPP looks for natives of these variants ({@code -gpu}); if the property is not set, of all. */
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

    private static boolean ready;

    private NativeLibraries() {}

    /**
     * Extracts the libraries on the first call that succeeds. If they were extracted beforehand, checks that the folder has them.
     *
     * @throws NativeException {@link NativeException.Kind#LIBRARIES} if the folder is missing, full, read-only or {@code noexec}
     */
    public static synchronized void prepare() {
        if (ready) {
            return;
        }
        configureJavaCpp();
        if (LibraryIndex.isFolder()) {
            requireFolder();
        } else {
            NativeCache.fill();
        }
        ready = true;
    }

    /**
     * Sets the system properties that JavaCPP reads once, while its classes are initialised, and installs the
     * {@link LibraryIndex}. Must be called before the first class of JavaCPP is used. Properties that the user has set are left alone.
     *
     * <p>By default {@code Pointer} refuses to allocate once the process exceeds a multiple of the Java heap's limit, after
     * ten rounds of {@code System.gc()} and a sleep. But the heap says nothing about the memory that libtorch may use, so this method
     * removes the limit. If there are only CPU natives, it also disables JavaCPP's search for the CUDA libraries, which takes a
     * quarter of a second.
     */
    static void configureJavaCpp() {
        setIfUnset("org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxbytes", "0");
        setIfUnset("org.bytedeco.javacpp.maxPhysicalBytes", "org.bytedeco.javacpp.maxphysicalbytes", "0");
        if (!LibraryIndex.hasGpuNatives()) {
            setIfUnset(EXTENSION, EXTENSION, "");
        }
        LibraryIndex.install();
    }

    /** JavaCPP accepts two spellings of most properties; the user may have set either. */
    private static void setIfUnset(String property, String lowerCase, String value) {
        if (System.getProperty(property) == null && System.getProperty(lowerCase) == null) {
            System.setProperty(lowerCase, value);
        }
    }

    /**
     * Runs code that loads native libraries.
     *
     * @throws NativeException {@link NativeException.Kind#LIBRARIES} if one cannot be extracted or loaded
     */
    public static <T> T loading(Supplier<T> work) {
        prepare();
        try {
            return work.get();
        } catch (LinkageError e) {
            throw unloadable(e);
        }
    }

    /** Returns the exception for a library that is missing or does not load. */
    public static NativeException unloadable(LinkageError error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String folder = LibraryIndex.isFolder() ? LibraryIndex.folder() : System.getProperty(NativeCache.PROPERTY, "");
        return new NativeException(
                NativeException.Kind.LIBRARIES,
                "The native libraries in " + folder + " cannot be loaded: "
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
