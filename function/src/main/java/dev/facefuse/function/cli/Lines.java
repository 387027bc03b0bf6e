package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.Report;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What commands say, as text. */
final class Lines {

    private Lines() {}

    /** {@code out.jpg: 743x1155, 0.71 like the user, 0.32 like the template, 312 ms on cpu}. */
    static String result(Path path, Report report) {
        return String.format(
                Locale.ROOT,
                "%s: %dx%d, %.2f like the user, %.2f like the template, %.0f ms on %s",
                path,
                report.output().width(),
                report.output().height(),
                report.similarity().user(),
                report.similarity().template(),
                report.millis(),
                report.device());
    }

    /** One aligned line a fact. */
    static String info(EngineInfo info, List<String> embeddedPacks) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("facefuse", info.facefuse());
        facts.put("libtorch", info.libtorch());
        facts.put("opencv", info.opencv());
        facts.put("java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
        facts.put(
                "cpu",
                info.cpuCapability() + ", " + info.threads() + (info.threads() == 1 ? " thread" : " threads")
                        + (info.bfloat16() ? ", bfloat16" : ""));
        facts.put("cuda", info.cuda() ? info.cudaDevices() + " device(s)" : "no");
        facts.put("device", info.device());
        facts.put(
                "memory",
                mebibytes(info.residentBytes()) + " resident, " + mebibytes(info.peakResidentBytes()) + " peak");
        facts.put("packs", String.join(", ", embeddedPacks) + " (embedded)");
        facts.put("pack", info.pack());
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        String text = facts.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%-" + width + "s  %s", e.getKey(), e.getValue()))
                .collect(Collectors.joining("\n"));
        return text + "\n" + roles(info.roles());
    }

    private static String roles(List<EngineInfo.Role> roles) {
        int name = roles.stream().mapToInt(r -> r.name().length()).max().orElse(1);
        int file = roles.stream().mapToInt(r -> r.file().length()).max().orElse(1);
        return roles.stream()
                .map(r -> String.format(
                        Locale.ROOT,
                        "  %-" + name + "s  %-" + file + "s  %10s  %s",
                        r.name(),
                        r.file(),
                        mebibytes(r.weightBytes()),
                        r.storedDtype().equals(r.dtype()) ? r.dtype() : r.storedDtype() + " run as " + r.dtype()))
                .collect(Collectors.joining("\n"));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
