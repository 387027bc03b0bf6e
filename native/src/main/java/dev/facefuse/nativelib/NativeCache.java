package dev.facefuse.nativelib;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The folder into which the native libraries are extracted from their jars, several hundred MB. It is chosen, checked and filled before
 * the first library loads.
 *
 * <p>Without this class JavaCPP extracts each library when it is first needed. At the first start the dynamic linker then does
 * not find libtorch's other parts, loads the system's libtorch of another version (Debian's python3-torch installs one), and the
 * process crashes. If a folder cannot be written to, JavaCPP silently uses another one. If the folder's file system is full or does
 * not allow code ({@code noexec}), JavaCPP reports only the dynamic linker's message.
 *
 * <p>Several processes may fill one folder at the same time: JavaCPP locks it. JavaCPP rewrites a library whose size or time differs
 * from the jar's, for example after a process was killed while it wrote. The folder is not needed after the libraries are loaded.
 */
final class NativeCache {
    /** The system property in which JavaCPP expects the folder. */
    static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

    private static final String PROPERTY_ALIAS = "org.bytedeco.javacpp.cacheDir";

    /** The same setting as an environment variable, for users who set no JVM options. */
    static final String VARIABLE = "FACEFUSE_NATIVE_CACHE";

    /** The libraries that this program loads. The jars contain more of OpenCV and of OpenBLAS. */
    private static final Pattern LOADED = Pattern.compile(".*!/org/bytedeco/(?:javacpp/.*"
            + "|cuda/.*"
            + "|openblas/(?!.*jniopenblas_full).*"
            + "|opencv/.*(?:jni)?opencv_(?:core|imgproc|imgcodecs)\\b.*"
            + "|pytorch/(?!.*gloo).*)");

    /** JavaCPP extracts this library twice, the second time under another name. */
    private static final Pattern EXTRACTED_TWICE = Pattern.compile(".*/libopenblas\\.so\\.\\d+");

    private static final long MIB = 1 << 20;

    private NativeCache() {}

    /**
     * Chooses the folder and extracts the missing libraries into it.
     *
     * @throws NativeException {@link NativeException.Kind#LIBRARIES} if that fails; the message names the folder, the bytes it needs
     *     and the setting that changes it
     */
    static void fill() {
        List<URL> libraries = LibraryIndex.urls().stream()
                .filter(url -> LOADED.matcher(url.getPath()).matches())
                .toList();
        Path folder = choose(folders(), libraries);
        System.setProperty(PROPERTY, folder.toString());
        extract(folder, libraries);
    }

    static void extract(Path folder, List<URL> libraries) {
        for (URL library : libraries) {
            try {
                LibraryIndex.setExtracted(library, Loader.cacheResource(library));
            } catch (IOException e) {
                throw unusable(folder, missingBytes(folder, libraries), String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** The folder that the user has set; if none is set, JavaCPP's default folders in its order. */
    private static List<Path> folders() {
        for (String name :
                new String[] {System.getProperty(PROPERTY), System.getProperty(PROPERTY_ALIAS), System.getenv(VARIABLE)
                }) {
            if (name != null && !name.isBlank()) {
                return List.of(Path.of(name));
            }
        }
        Path home = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
        Path temporary =
                Path.of(System.getProperty("java.io.tmpdir"), ".javacpp-" + System.getProperty("user.name"), "cache");
        return home.isAbsolute()
                ? List.of(home, temporary)
                : List.of(temporary); // a user ID without a name has no home
    }

    /**
     * Returns the first folder that can be used.
     *
     * @throws NativeException the problem of the first folder if none can be used
     */
    static Path choose(List<Path> folders, List<URL> libraries) {
        NativeException first = null;
        for (Path folder : folders) {
            NativeException problem = problem(folder, libraries);
            if (problem == null) {
                return folder;
            }
            if (first == null) {
                first = problem;
            } else {
                first.addSuppressed(problem);
            }
        }
        throw first == null ? new IllegalArgumentException("No folder to choose from") : first;
    }

    private static @Nullable NativeException problem(Path folder, List<URL> libraries) {
        try {
            Files.createDirectories(folder);
            long missing = missingBytes(folder, libraries);
            Path probe = Files.createTempFile(folder, ".facefuse-", ".probe");
            try {
                // On a file system that is mounted noexec no file is executable, whatever its permissions are.
                if (!probe.toFile().setExecutable(true) || !Files.isExecutable(probe)) {
                    return unusable(folder, missing, "its file system does not allow code (noexec)", null);
                }
            } finally {
                Files.deleteIfExists(probe);
            }
            FileStore store = Files.getFileStore(folder);
            if (missing > 0 && store.getUsableSpace() < missing + MIB) { // 1 MiB for this module's own small library
                return unusable(folder, missing, "only " + store.getUsableSpace() / MIB + " MB are free there", null);
            }
            return null;
        } catch (IOException e) {
            return unusable(folder, missingBytes(folder, libraries), reason(e), e);
        }
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Read-only file system")
                ? "its file system is read-only"
                : message.contains("No space left")
                        ? "its file system is full"
                        : "it cannot be written to (" + e.getClass().getSimpleName() + ")";
    }

    private static NativeException unusable(Path folder, long missing, String reason, @Nullable Throwable cause) {
        return new NativeException(
                NativeException.Kind.LIBRARIES,
                "The native libraries cannot be extracted to " + folder + ": " + reason + ". They need "
                        + (missing + MIB - 1) / MIB + " MB there; make room, or set " + VARIABLE
                        + " to a folder on a file system that is writable and allows code.",
                cause);
    }

    /** The bytes of the libraries that are not in the folder yet. */
    static long missingBytes(Path folder, List<URL> libraries) {
        long missing = 0;
        for (URL library : libraries) {
            long bytes = bytes(library);
            File extracted = folder.resolve(relativePath(library)).toFile();
            if (extracted.length() != bytes) {
                missing += bytes;
            }
            if (EXTRACTED_TWICE.matcher(library.getPath()).matches()) {
                File second = new File(extracted.getPath().replace("libopenblas.", "libopenblas_nolapack."));
                missing += second.length() == bytes ? 0 : bytes;
            }
        }
        return missing;
    }

    private static long bytes(URL library) {
        try {
            URLConnection connection = library.openConnection();
            return connection instanceof JarURLConnection jar
                    ? jar.getJarEntry().getSize()
                    : connection.getContentLengthLong();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The path that JavaCPP gives a library in the folder: the jar's name, then the path in the jar. */
    private static String relativePath(URL library) {
        String path = library.getPath();
        int inside = path.lastIndexOf("!/");
        if (inside < 0) {
            return path.substring(path.lastIndexOf('/') + 1);
        }
        String jar = path.substring(0, inside);
        return jar.substring(jar.lastIndexOf('/') + 1) + "/" + path.substring(inside + 2);
    }
}
