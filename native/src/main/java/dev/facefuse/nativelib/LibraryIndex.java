package dev.facefuse.nativelib;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Knows the location of every native library in JavaCPP's jars. If the system property {@value #FOLDER} is set, it indexes
 * that folder instead: the libraries were extracted there beforehand, so that a start writes nothing.
 *
 * <p>JavaCPP asks the class loader for every library that a preset may need, under every name, folder and variant, although most of
 * them (CUDA's) do not exist. These are about 2000 requests, and the class loader searches about 80 jars for each. Without this index
 * loading libtorch took 2.4 s from jars in a folder and 4.3 s from jars in a jar; with it, 0.5 s.
 *
 * <p>This class replaces the map in which JavaCPP caches the locations that it found. For names that the index does not cover, JavaCPP
 * searches by itself. If the map cannot be replaced, JavaCPP searches for everything, which only takes longer.
 */
final class LibraryIndex extends HashMap<String, URL[]> {
    static final String FOLDER = "facefuse.natives";
    private static final String ROOT = "org/bytedeco/";
    private static final URL[] NOT_FOUND = {};

    private static @Nullable LibraryIndex installed;

    private final Map<String, List<URL>> libraries;

    /** The original locations, before any library was extracted. */
    private final List<URL> origins;

    private final Set<String> directories;

    private LibraryIndex(Map<String, List<URL>> libraries, Set<String> directories) {
        this.libraries = libraries;
        this.origins = libraries.values().stream().flatMap(List::stream).toList();
        this.directories = directories;
    }

    /** Builds the index and installs it in JavaCPP. Must be called before the first library loads. */
    static synchronized void install() {
        if (Boolean.getBoolean("org.bytedeco.javacpp.pathsFirst")
                || Boolean.getBoolean("org.bytedeco.javacpp.pathsfirst")) {
            return; // The user wants libraries from other folders instead of the jars.
        }
        try {
            Field found = Loader.class.getDeclaredField("foundLibraries");
            found.setAccessible(true);
            Map<String, URL[]> known = known(found);
            if (!(known instanceof LibraryIndex)) {
                LibraryIndex index = new LibraryIndex(libraries(), directories());
                index.putAll(known);
                found.set(null, index);
                installed = index;
            }
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            // An unknown version of JavaCPP, or classes that do not come from jars: JavaCPP searches by itself.
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, URL[]> known(Field found) throws IllegalAccessException {
        return (Map<String, URL[]>) found.get(null);
    }

    /** Whether the libraries were extracted beforehand. */
    static boolean isFolder() {
        return System.getProperty(FOLDER) != null;
    }

    /** The folder into which they were extracted; empty if there is none. */
    static String folder() {
        return System.getProperty(FOLDER, "");
    }

    /** The original locations of all libraries for this platform; empty if this index is not installed. */
    static List<URL> urls() {
        return installed == null ? List.of() : installed.origins;
    }

    /**
     * Makes JavaCPP load a library of {@link #urls} from this extracted file. Otherwise JavaCPP searches the jar and its cache again
     * for every class that has native methods, and fails if the cache was deleted in the meantime.
     */
    static void setExtracted(URL library, File file) throws IOException {
        if (installed == null) {
            return;
        }
        URL extracted = file.toURI().toURL();
        String original = library.toString();
        for (List<URL> urls : installed.libraries.values()) {
            urls.replaceAll(url -> url.toString().equals(original) ? extracted : url);
        }
    }

    /** Whether this build contains the natives for GPUs. */
    static boolean hasGpuNatives() {
        String library = System.mapLibraryName("jnitorch_cuda");
        String folder = System.getProperty(FOLDER);
        return folder != null
                ? new File(folder, library).exists()
                : LibraryIndex.class.getResource("/" + ROOT + "pytorch/" + Loader.getPlatform() + "-gpu/" + library)
                        != null;
    }

    private static Map<String, List<URL>> libraries() throws IOException {
        String folder = System.getProperty(FOLDER);
        return folder == null ? inJars() : inFolder(Path.of(folder));
    }

    private static Map<String, List<URL>> inFolder(Path folder) throws IOException {
        Map<String, List<URL>> libraries = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                libraries.put(
                        file.getFileName().toString(), List.of(file.toUri().toURL()));
            }
        }
        return libraries;
    }

    /** The locations by file name. Natives for GPUs come first, as in JavaCPP. */
    private static Map<String, List<URL>> inJars() throws IOException {
        String platform = Pattern.quote(Loader.getPlatform());
        Map<String, List<URL>> libraries = new HashMap<>();
        for (String folder : List.of(platform + "-gpu", platform)) {
            Pattern library = Pattern.compile(ROOT + "([a-z]+/" + folder + "/([^/]+))");
            for (URL root : Collections.list(Loader.class.getClassLoader().getResources(ROOT))) {
                JarURLConnection jar = (JarURLConnection) root.openConnection();
                for (JarEntry entry : Collections.list(jar.getJarFile().entries())) {
                    Matcher matcher = library.matcher(entry.getName());
                    if (matcher.matches()) {
                        libraries
                                .computeIfAbsent(matcher.group(2), name -> new ArrayList<>())
                                .add(new URL(root, matcher.group(1)));
                    }
                }
            }
        }
        return libraries;
    }

    /** The directories that JavaCPP searches in addition to the jars: CUDA's usual directories and the JVM's library path. */
    private static Set<String> directories() {
        ClassProperties properties = Loader.loadProperties(torch.class, Loader.loadProperties(), true);
        Set<String> directories = new LinkedHashSet<>(properties.get("platform.preloadpath"));
        directories.addAll(properties.get("platform.linkpath"));
        for (String path : List.of("sun.boot.library.path", "java.library.path")) {
            Collections.addAll(directories, System.getProperty(path, "").split(File.pathSeparator));
        }
        return directories;
    }

    /** The locations of a library; empty if it does not exist; null if JavaCPP must search. */
    @Override
    public URL @Nullable [] get(Object library) {
        URL[] known = super.get(library);
        if (known != null) {
            return known;
        }
        URL[] found = find((String) library);
        if (found != null) {
            put((String) library, found);
        }
        return found;
    }

    private URL @Nullable [] find(String library) {
        if (library.indexOf(':') >= 0) {
            return null; // JavaCPP loads this library under an explicit file name.
        }
        boolean renamed = library.indexOf('#') >= 0;
        Set<String> names = names(library.substring(library.indexOf('#') + 1));
        List<URL> urls = new ArrayList<>();
        names.forEach(name -> urls.addAll(libraries.getOrDefault(name, List.of())));
        if (!urls.isEmpty()) {
            return urls.toArray(URL[]::new);
        }
        // A JNI library that is not in the index belongs to another project, and may be in any jar.
        return renamed || library.startsWith("jni") || isInDirectories(names) ? null : NOT_FOUND;
    }

    /** The file names that a library may have. Its version follows an {@code @}. */
    private static Set<String> names(String library) {
        String[] parts = library.split("@", -1);
        String version = parts.length > 1 ? parts[parts.length - 1] : "";
        String plain = System.mapLibraryName(parts[0]);
        int dot = plain.lastIndexOf('.');
        return new LinkedHashSet<>(
                List.of(plain + version, plain.substring(0, dot) + version + plain.substring(dot), plain));
    }

    private boolean isInDirectories(Set<String> names) {
        return directories.stream()
                .anyMatch(directory -> names.stream().anyMatch(name -> new File(directory, name).exists()));
    }
}
