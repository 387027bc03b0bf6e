package dev.facefuse.function.cli;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.engine.ProfiledRun;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.problem.ByteFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats a diagnosis as text with at most {@link Table#WIDTH} columns. */
final class DoctorFormatter {
    private static final String INDENT = "  ";

    private DoctorFormatter() {}

    /** All sections; the last one lists the problems. */
    static String of(Diagnostics diagnosis, List<String> embeddedPacks, @Nullable ProfiledRun run) {
        List<String> sections = new ArrayList<>();
        sections.add(engine(diagnosis.engine(), embeddedPacks));
        sections.add(section("Devices", devices(diagnosis)));
        sections.add(section("Memory of " + diagnosis.vitals().device().device(), memory(diagnosis)));
        sections.add(section("Networks", networks(diagnosis.networks())));
        sections.add(section(
                "Plans on other cards, alone there, and how many processes each has memory for",
                cards(diagnosis.cards())));
        if (run != null) {
            sections.add(section("A fusion of these two pictures", stages(run)) + "\n" + outcome(run));
        }
        sections.add(verdict(diagnosis.problems()));
        return String.join("\n\n", sections);
    }

    private static String section(String title, Table table) {
        return title + "\n" + table.text(INDENT);
    }

    private static String engine(EngineInfo info, List<String> embeddedPacks) {
        String threads = info.threads() + (info.threads() == 1 ? " thread" : " threads");
        return new Table()
                .row("facefuse", info.facefuse())
                .row("libtorch", info.libtorch())
                .row("opencv", info.opencv())
                .row("java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"))
                .row("cpu", info.cpuCapability() + ", " + threads + (info.bfloat16() ? ", bfloat16" : ""))
                .row("cuda", info.cuda() ? info.cudaDevices() + " device(s)" : "no")
                .row("device", info.device())
                .row("packs", String.join(", ", embeddedPacks) + " (embedded)")
                .row("pack", info.pack())
                .text("");
    }

    private static Table devices(Diagnostics diagnosis) {
        Table table = new Table();
        for (Diagnostics.Device device : diagnosis.devices()) {
            String name = device.name().isEmpty() ? "" : device.name() + ": ";
            table.row(
                    device.device(),
                    name + ByteFormat.decimal(device.total()) + ", " + ByteFormat.decimal(device.free()) + " free");
            if (!device.remark().isEmpty()) {
                table.row("", "its processes are not known: " + device.remark());
            }
            for (Diagnostics.ProcessUse process : device.processes()) {
                String bytes = process.bytes() < 0 ? "size not known" : ByteFormat.decimal(process.bytes());
                table.row("", "pid " + process.pid() + " " + process.name() + ": " + bytes);
            }
        }
        EngineMetrics.Memory host = diagnosis.vitals().host();
        return table.row(
                "host",
                ByteFormat.decimal(host.total()) + " for this process, " + ByteFormat.decimal(host.reserved())
                        + " resident, " + ByteFormat.decimal(host.free()) + " free");
    }

    private static Table memory(Diagnostics diagnosis) {
        EngineMetrics vitals = diagnosis.vitals();
        EngineMetrics.Memory memory = vitals.device();
        Diagnostics.Allocator allocator = diagnosis.allocator();
        return new Table()
                .row(
                        "in use",
                        ByteFormat.decimal(memory.allocated()) + " allocated, " + ByteFormat.decimal(memory.reserved())
                                + " reserved, " + ByteFormat.decimal(memory.peak()) + " peak, "
                                + ByteFormat.decimal(memory.free())
                                + " free")
                .row(
                        "allocator",
                        allocator.retries() + " retries, out of memory " + times(allocator.outOfMemory())
                                + fragments(allocator, memory.reserved()))
                .row("settings", settings(allocator))
                .row(
                        "governor",
                        "out of memory " + times(vitals.outOfMemory()) + ", cache given back "
                                + times(vitals.cleanings()))
                .row(
                        "defects",
                        vitals.reclaimedObjects() + " objects reclaimed by the collector, " + vitals.drifts()
                                + " drifts (" + vitals.driftBytes() + " bytes); all should be 0")
                .row("plan", diagnosis.plan() + ": " + diagnosis.planReason());
    }

    private static String times(long count) {
        return count == 1 ? "once" : count == 0 ? "never" : count + " times";
    }

    private static String fragments(Diagnostics.Allocator allocator, long reserved) {
        if (allocator.largestFreeBlock() < 0 || allocator.fragmented() < 0) {
            return "";
        }
        double percent = reserved == 0 ? 0 : 100.0 * allocator.fragmented() / reserved;
        return ", largest free block " + ByteFormat.decimal(allocator.largestFreeBlock())
                + String.format(Locale.ROOT, ", fragmentation %.0f %%", percent);
    }

    private static String settings(Diagnostics.Allocator allocator) {
        String conf = allocator.conf().isEmpty() ? "libtorch's own" : allocator.conf();
        String whose = allocator.source().equals("user") ? "yours" : "ours";
        String confirmed = allocator.readBack()
                ? "confirmed by the allocator"
                : "not read back" + (allocator.remark().isEmpty() ? "" : ": " + allocator.remark());
        return conf + " (" + whose + ", in " + allocator.variable() + "; " + confirmed + ")";
    }

    private static Table networks(List<Diagnostics.Network> networks) {
        Table table = new Table().row("role", "file", "weights", "activations", "at once", "type");
        for (Diagnostics.Network network : networks) {
            table.row(
                    network.role(),
                    network.file(),
                    ByteFormat.decimal(network.weights()),
                    ByteFormat.decimal(network.activations()),
                    Integer.toString(network.batch()),
                    network.storedDtype().equals(network.dtype())
                            ? network.dtype()
                            : network.storedDtype() + " run as " + network.dtype());
            if (network.mixed()) {
                network.half().forEach(place -> table.row("", "", "", "", "", "half: " + place));
            }
        }
        return table;
    }

    private static Table cards(List<Diagnostics.Card> cards) {
        Table table = new Table().row("card", "plan", "needs", "fit", "why");
        for (Diagnostics.Card card : cards) {
            table.row(
                    Math.round(card.bytes() / 1e9) + " GB",
                    card.plan(),
                    ByteFormat.decimal(card.need()),
                    Long.toString(card.replicas()),
                    card.why());
        }
        return table;
    }

    private static Table stages(ProfiledRun run) {
        Table table = new Table().row("stage", "time", "peak", "what takes most of it, beside what was there before");
        for (ProfiledRun.Stage stage : run.stages()) {
            table.row(
                    stage.name(),
                    String.format(Locale.ROOT, "%.0f ms", stage.millis()),
                    ByteFormat.decimal(stage.peakBytes()),
                    stage.largestBytes() == 0
                            ? stage.largest()
                            : stage.largest() + ", up to " + ByteFormat.decimal(stage.largestBytes()));
        }
        Report report = run.report();
        return table.row(
                "all",
                String.format(Locale.ROOT, "%.0f ms", report.millis()),
                ByteFormat.decimal(report.memory().peakBytes()),
                ByteFormat.decimal(report.memory().beforeBytes()) + " before, "
                        + ByteFormat.decimal(report.memory().afterBytes()) + " after");
    }

    private static String outcome(ProfiledRun run) {
        Report report = run.report();
        return new Table()
                .row("plan", report.plan() + ": " + report.planReason() + (report.degraded() ? " (degraded)" : ""))
                .row(
                        "result",
                        String.format(
                                Locale.ROOT,
                                "%dx%d, %.2f like the user, %.2f like the template; nothing was written",
                                report.output().width(),
                                report.output().height(),
                                report.similarity().user(),
                                report.similarity().template()))
                .text(INDENT);
    }

    private static String verdict(List<String> problems) {
        if (problems.isEmpty()) {
            return "Nothing is wrong.";
        }
        Table table = new Table();
        problems.forEach(problem -> table.row("*", problem));
        return section("Wrong", table);
    }
}
