package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The machine of a measurement.
 *
 * @param processor its name
 * @param processors that this process may use
 * @param extensions of those that matter here, the ones it has
 * @param memoryBytes of the machine
 * @param environment variables that change how fast libraries are
 */
public record Machine(
        String processor,
        int processors,
        List<String> extensions,
        long memoryBytes,
        String kernel,
        String java,
        Map<String, String> environment) {
    private static final List<String> EXTENSIONS = List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16");
    private static final Pattern TELLING = Pattern.compile(
            "(OMP|GOMP|KMP|MKL|OPENBLAS|DNNL|ONEDNN|ATEN|TORCH|PYTORCH|MALLOC|GLIBC|THP)_.*|LD_PRELOAD");

    /** This one. */
    public static Machine here() throws IOException {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().removeIf(name -> !TELLING.matcher(name).matches());
        String cpus = Files.readString(Path.of("/proc/cpuinfo"));
        return new Machine(
                value(cpus, "model name"),
                Runtime.getRuntime().availableProcessors(),
                extensions(cpus),
                kibibytes(Files.readString(Path.of("/proc/meminfo"))) << 10,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                environment);
    }

    /** From the text of {@code /proc/cpuinfo}. */
    static List<String> extensions(String cpuinfo) {
        Set<String> flags = new HashSet<>(Arrays.asList(value(cpuinfo, "flags").split(" ", -1)));
        return EXTENSIONS.stream().filter(flags::contains).toList();
    }

    private static String value(String lines, String name) {
        return lines.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static long kibibytes(String meminfo) {
        return Long.parseLong(value(meminfo, "MemTotal").replace(" kB", ""));
    }

    /** Whether it computes in bfloat16; without, that is done in software. */
    boolean hasBfloat16() {
        return extensions.contains("avx512_bf16") || extensions.contains("amx_bf16");
    }
}
