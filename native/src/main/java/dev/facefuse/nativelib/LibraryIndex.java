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
 * Where JavaCPP's libraries are, known from one look into the jars that hold them, or into the folder that the system property
 * {@value #FOLDER} names: there they were extracted beforehand, so that a start writes nothing.
 *
 * <p>JavaCPP asks the class loader for every library that a preset may need, most of which are CUDA's and not there, under
 * every name, folder and variant: some 2000 questions, and a class loader answers each by asking all of its 80 jars. Loading
 * libtorch took 2.4 s so from jars in a folder and 4.3 s from jars in a jar; it takes 0.5 s where this index answers.
 *
 * <p>It takes the place of the map in which JavaCPP remembers what it found. Where it does not know better it leaves the
 * search to JavaCPP; where that map cannot be replaced, nothing changes but the time.
 */
final class LibraryIndex extends HashMap<String, URL[]> {
    static final String FOLDER = "facefuse.natives";
    private static final String ROOT = "org/bytedeco/";
    private static final URL[] NOWHERE = {};

    private static @Nullable LibraryIndex installed;

    private final Map<String, List<URL>> libraries;

    /** The locations where the libraries were found, whether or not they have been extracted since. */
    private final List<URL> origins;

    private final Set<String> directories;

    private LibraryIndex(Map<String, List<URL>> libraries, Set<String> directories) {
        this.libraries = libraries;
        this.origins = libraries.values().stream().flatMap(List::stream).toList();
        this.directories = directories;
    }

    /** Looks once, before the first library loads. */
    static synchronized void install() {
        if (Boolean.getBoolean("org.bytedeco.javacpp.pathsFirst")
                || Boolean.getBoolean("org.bytedeco.javacpp.pathsfirst")) {
            return; // The user wants other libraries than the jars'.
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
            // Another JavaCPP, or classes that do not come from jars: it searches by itself.
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

    /** That folder; empty if there is none. */
    static String folder() {
        return System.getProperty(FOLDER, "");
    }

    /** The locations of the libraries of this JVM's platform, extracted or not; empty if this index is not in use. */
    static List<URL> urls() {
        return installed == null ? List.of() : installed.origins;
    }

    /**
     * Makes JavaCPP load a library of {@link #urls} from this file. Otherwise JavaCPP looks into the jar and its cache again for
     * every class that has native methods, and fails if the cache was deleted meanwhile.
     */
    static void extracted(URL library, File file) throws IOException {
        if (installed == null) {
            return;
        }
        URL there = file.toURI().toURL();
        String before = library.toString();
        for (List<URL> urls : installed.libraries.values()) {
            urls.replaceAll(url -> url.toString().equals(before) ? there : url);
        }
    }

    /** Whether there are natives for a GPU. */
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

    /** By file name; of several the one for the GPU first, as JavaCPP has it. */
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

    /** Where JavaCPP looks beside the jars: CUDA's usual places and the JVM's library path. */
    private static Set<String> directories() {
        ClassProperties properties = Loader.loadProperties(torch.class, Loader.loadProperties(), true);
        Set<String> directories = new LinkedHashSet<>(properties.get("platform.preloadpath"));
        directories.addAll(properties.get("platform.linkpath"));
        for (String path : List.of("sun.boot.library.path", "java.library.path")) {
            Collections.addAll(directories, System.getProperty(path, "").split(File.pathSeparator));
        }
        return directories;
    }

    /** Where the library is; empty if nowhere; null if JavaCPP should search. */
    @Override
    public URL @Nullable [] get(Object library) {
        URL[] before = super.get(library);
        if (before != null) {
            return before;
        }
        URL[] found = find((String) library);
        if (found != null) {
            put((String) library, found);
        }
        return found;
    }

    private URL @Nullable [] find(String library) {
        if (library.indexOf(':') >= 0) {
            return null; // To be loaded under none of the usual names.
        }
        boolean renamed = library.indexOf('#') >= 0;
        Set<String> names = names(library.substring(library.indexOf('#') + 1));
        List<URL> urls = new ArrayList<>();
        names.forEach(name -> urls.addAll(libraries.getOrDefault(name, List.of())));
        if (!urls.isEmpty()) {
            return urls.toArray(URL[]::new);
        }
        // A JNI library that is not here is not JavaCPP's own, and may be in any jar.
        return renamed || library.startsWith("jni") || isInDirectories(names) ? null : NOWHERE;
    }

    /** The files that may hold a library, whose version stands after an {@code @}. */
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
