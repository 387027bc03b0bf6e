package dev.facefuse.nativelib;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.JarURLConnection;
import java.net.URL;
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
 * Where JavaCPP's libraries are, known from one look into the jars that hold them.
 *
 * <p>JavaCPP asks the class loader for every library that a preset may need, most of which are CUDA's and not there, under
 * every name, folder and variant: some 2000 questions, and a class loader answers each by asking all of its 80 jars. Loading
 * libtorch took 2.4 s so from jars in a folder and 4.3 s from jars in a jar; it takes 0.5 s where this index answers.
 *
 * <p>It takes the place of the map in which JavaCPP remembers what it found. Where it does not know better it leaves the
 * search to JavaCPP; where that map cannot be replaced, nothing changes but the time.
 */
final class LibraryIndex extends HashMap<String, URL[]> {
    private static final String ROOT = "org/bytedeco/";
    private static final URL[] NOWHERE = {};

    private final Map<String, List<URL>> libraries;
    private final Set<String> directories;

    private LibraryIndex(Map<String, List<URL>> libraries, Set<String> directories) {
        this.libraries = libraries;
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
            }
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            // Another JavaCPP, or classes that do not come from jars: it searches by itself.
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, URL[]> known(Field found) throws IllegalAccessException {
        return (Map<String, URL[]>) found.get(null);
    }

    /** By file name; of several the one for the GPU first, as JavaCPP has it. */
    private static Map<String, List<URL>> libraries() throws IOException {
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
        if (library.indexOf('#') >= 0 || library.indexOf(':') >= 0) {
            return null; // To be loaded under another name, or under none of the usual.
        }
        String[] parts = library.split("@", -1);
        String version = parts.length > 1 ? parts[parts.length - 1] : "";
        String plain = System.mapLibraryName(parts[0]);
        int dot = plain.lastIndexOf('.');
        Set<String> names = new LinkedHashSet<>(
                List.of(plain + version, plain.substring(0, dot) + version + plain.substring(dot), plain));
        List<URL> urls = new ArrayList<>();
        names.forEach(name -> urls.addAll(libraries.getOrDefault(name, List.of())));
        if (!urls.isEmpty()) {
            return urls.toArray(URL[]::new);
        }
        // A JNI library that is not here is not JavaCPP's own, and may be in any jar.
        return parts[0].startsWith("jni") || isInDirectories(names) ? null : NOWHERE;
    }

    private boolean isInDirectories(Set<String> names) {
        return directories.stream()
                .anyMatch(directory -> names.stream().anyMatch(name -> new File(directory, name).exists()));
    }
}
