import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Makes the packaged jar smaller: removes the files of its libraries that this program does not load, and the symbols for debuggers
 * from native libraries. The build runs it as {@code java TrimJar.java facefuse.jar}; it replaces that file.
 *
 * <p>{@code dev.facefuse.nativelib.NativeCache} lists the native libraries that are loaded. JarIT, QueueIT and LambdaIT run the
 * trimmed jar.
 */
final class TrimJar {
    private static final boolean AMD64 = System.getProperty("os.arch").equals("amd64");

    /** For each library, matched by the name of its jar, the entries to remove. */
    private static final List<Rule> RULES = List.of(
            // Other modules than those for pixels and files, headers, cascades, a Python module; OpenCV's own Java bindings.
            new Rule("opencv-.*-(linux|macosx)-.*", "org/bytedeco/opencv/[^/]+/(?!lib(jni)?opencv_(core|imgproc|imgcodecs)\\b).+"),
            new Rule("opencv-.*", "org/opencv/.*|org/bytedeco/opencv/(global/)?opencv_(?!(core|imgproc|imgcodecs)\\b)\\w+[./$].*"),
            // LAPACK with everything, and headers.
            new Rule("openblas-.*-(linux|macosx)-.*", "org/bytedeco/openblas/[^/]+/(libjniopenblas_full\\b.*|(include|lib)/.*)"),
            new Rule("openblas-.*", "org/bytedeco/openblas/(global|presets)/openblas_full\\b.*"),
            // Training on several machines.
            new Rule("pytorch-.*-(linux|macosx)-.*", "org/bytedeco/pytorch/[^/]+/.*(gloo|\\.cpp).*"),
            // Configuration for GraalVM.
            new Rule("(opencv|openblas|pytorch|javacpp)-.*", "META-INF/native-image/.*"),
            // Lambda's runtime client for another processor, and for Alpine's C library, with which libtorch does not run.
            new Rule("aws-lambda-java-runtime-interface-client-.*", "jni/.*(linux_musl|" + (AMD64 ? "aarch_64" : "x86_64") + ").*"));

    private static final Pattern NATIVE_JAR = Pattern.compile(".*/(opencv|openblas|pytorch|javacpp)-.*-linux-.*");
    private static final Pattern LIBRARY = Pattern.compile(".*\\.so(\\.\\d+)*");

    private record Rule(Pattern jar, Pattern removed) {
        Rule(String jar, String removed) {
            this(Pattern.compile(jar), Pattern.compile(removed));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path jar = Path.of(arguments[0]);
        Path folder = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "trimmed-");
        ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            Path trimmed = folder.resolve("trimmed.jar");
            try (ZipFile in = new ZipFile(jar.toFile());
                    ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(trimmed)))) {
                Map<String, Future<Path>> libraries = new HashMap<>();
                for (ZipEntry entry : Collections.list(in.entries())) {
                    List<Pattern> removed = removed(entry);
                    if (!removed.isEmpty()) {
                        libraries.put(entry.getName(), threads.submit(() -> trim(in, entry, removed, folder)));
                    }
                }
                for (ZipEntry entry : Collections.list(in.entries())) {
                    Future<Path> library = libraries.get(entry.getName());
                    if (entry.getName().endsWith(".idx")) {
                        write(out, copy(entry, entry.getName()), renamed(in, entry));
                    } else if (library == null) {
                        try (InputStream content = in.getInputStream(entry)) {
                            write(out, new ZipEntry(entry), content);
                        }
                    } else {
                        try (InputStream content = Files.newInputStream(library.get())) {
                            write(out, stored(entry, library.get()), content);
                        }
                    }
                }
            }
            Files.move(trimmed, jar, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            threads.shutdownNow();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static List<Pattern> removed(ZipEntry entry) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        return RULES.stream()
                .filter(rule -> name.endsWith(".jar") && rule.jar.matcher(name).matches())
                .map(Rule::removed)
                .toList();
    }

    /**
     * JavaCPP extracts a library to a folder with the name of its jar. A stripped library must not replace one that another process
     * has mapped, such as one of this version's tests or of an earlier release.
     */
    private static String renamed(String name) {
        return NATIVE_JAR.matcher(name).matches() ? name.replace("-linux-", "-stripped-linux-") : name;
    }

    /** Spring Boot's lists of the jars, with the new names. */
    private static InputStream renamed(ZipFile jar, ZipEntry list) throws IOException {
        String text = new String(jar.getInputStream(list).readAllBytes(), StandardCharsets.UTF_8);
        for (String name : text.split("[\"\\s]+")) {
            text = text.replace(name, renamed(name));
        }
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(ZipOutputStream out, ZipEntry entry, InputStream content) throws IOException {
        if (entry.getMethod() == ZipEntry.DEFLATED) {
            entry.setCompressedSize(-1);
        }
        out.putNextEntry(entry);
        content.transferTo(out);
    }

    /** Spring Boot's loader needs jars within the jar uncompressed. */
    private static ZipEntry stored(ZipEntry entry, Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), crc)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        ZipEntry stored = copy(entry, renamed(entry.getName()));
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(Files.size(file));
        stored.setCrc(crc.getValue());
        return stored;
    }

    private static Path trim(ZipFile jar, ZipEntry library, List<Pattern> removed, Path folder) throws IOException {
        boolean strip = NATIVE_JAR.matcher(library.getName()).matches();
        Path trimmed = Files.createTempFile(folder, "library-", ".jar");
        try (ZipInputStream in = new ZipInputStream(jar.getInputStream(library));
                ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(trimmed)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                if (removed.stream().anyMatch(pattern -> pattern.matcher(name).matches())) {
                    continue;
                }
                out.putNextEntry(copy(entry, name));
                if (strip && LIBRARY.matcher(name).matches()) {
                    Path file = stripped(in, folder);
                    Files.copy(file, out);
                    Files.delete(file);
                } else {
                    in.transferTo(out);
                }
            }
        }
        return trimmed;
    }

    /** Without compressed size and method, which may differ in the copy. */
    private static ZipEntry copy(ZipEntry entry, String name) {
        ZipEntry copy = new ZipEntry(name);
        copy.setTimeLocal(entry.getTimeLocal());
        return copy;
    }

    /** Keeps the symbols that the dynamic linker needs. Removes nothing if there is no strip for this platform. */
    private static Path stripped(InputStream library, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "library-", ".so");
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        try {
            new ProcessBuilder("strip", "--strip-unneeded", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // There is no strip on the path.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return file;
    }
}
