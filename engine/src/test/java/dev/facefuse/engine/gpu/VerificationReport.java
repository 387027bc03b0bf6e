package dev.facefuse.engine.gpu;

import dev.facefuse.engine.Version;
import dev.facefuse.nativelib.AllocatorReport;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.LibtorchInfo;
import dev.facefuse.nativelib.NativeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code report.json} and {@code report.md} into the directory that {@code -Dfacefuse.gpu.report} names, and does nothing
 * where it names none. Writes after every test: if the process dies, the report says how far it came. Properties that begin
 * with {@code facefuse.gpu.about.} go into the report as what is known of the machine.
 */
public final class VerificationReport implements TestExecutionListener {
    private static final String DIRECTORY = "facefuse.gpu.report";
    private static final String ABOUT = "facefuse.gpu.about.";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final @Nullable String directory = System.getProperty(DIRECTORY);
    private final List<Check> checks = new ArrayList<>();
    private final Map<String, List<Figure>> figures = new HashMap<>();
    private final Map<String, Long> startNanos = new HashMap<>();
    private Map<String, String> machine = Map.of();

    /**
     * The whole of it.
     *
     * @param verdict {@code passed}, {@code failed}, or {@code unfinished} when the process died meanwhile
     */
    private record Verification(Verdict verdict, Map<String, String> machine, List<Check> checks) {}

    /**
     * A test.
     *
     * @param reason why it was skipped or failed; empty if it passed
     */
    private record Check(String name, Verdict verdict, String reason, long millis, List<Figure> figures) {}

    /**
     * A figure, or words.
     *
     * @param unit of a number; empty if the value is text
     */
    private record Figure(String what, Object value, String unit) {}

    private enum Verdict {
        passed,
        failed,
        skipped,
        unfinished
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (directory != null) {
            machine = machine();
            write(Verdict.unfinished);
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        startNanos.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        Map<String, String> said = entry.getKeyValuePairs();
        String value = said.get(Figures.VALUE);
        if (value != null) {
            String unit = said.getOrDefault(Figures.UNIT, "");
            figures.computeIfAbsent(test.getUniqueId(), id -> new ArrayList<>())
                    .add(new Figure(said.get(Figures.WHAT), unit.isEmpty() ? value : new BigDecimal(value), unit));
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        add(test, Verdict.skipped, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Verdict verdict =
                switch (result.getStatus()) {
                    case SUCCESSFUL -> Verdict.passed;
                    case ABORTED -> Verdict.skipped;
                    case FAILED -> Verdict.failed;
                };
        if (test.isTest() || verdict != Verdict.passed) {
            add(test, verdict, result.getThrowable().map(Throwable::getMessage).orElse(""));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        boolean failed = checks.stream().anyMatch(check -> check.verdict == Verdict.failed);
        write(failed ? Verdict.failed : Verdict.passed);
    }

    private void add(TestIdentifier test, Verdict verdict, String reason) {
        String id = test.getUniqueId();
        long nanos = System.nanoTime() - startNanos.getOrDefault(id, System.nanoTime());
        String cause = reason.replaceFirst("^Assumption failed: ", "").strip();
        checks.add(new Check(
                name(test), verdict, cause, TimeUnit.NANOSECONDS.toMillis(nanos), figures.getOrDefault(id, List.of())));
        write(Verdict.unfinished);
    }

    /** {@code everyPlanComputesTheSame} with its arguments, if it has some, in words. */
    private static String name(TestIdentifier test) {
        String shown = test.getDisplayName();
        if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
            return shown;
        }
        String words = source.getMethodName().replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return shown.startsWith(source.getMethodName()) ? words : words + ": " + shown.toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> machine() {
        Map<String, String> about = new LinkedHashMap<>();
        new TreeMap<>(System.getProperties())
                .forEach((name, value) -> about.put(name.toString().replace(ABOUT, ""), value.toString()));
        about.keySet().removeIf(name -> System.getProperty(ABOUT + name) == null);
        about.put("facefuse", Version.current());
        about.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        about.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        about.put("memory of the host", mebibytes(DeviceMemory.of(Device.CPU).total()));
        try {
            LibtorchInfo libtorch = Libtorch.load();
            about.put("libtorch", libtorch.version() + ", " + libtorch.cpuCapability());
            about.put("device", Card.device().toString());
            about.put("allocator", allocator(libtorch.allocator()));
        } catch (NativeException e) {
            about.put("libtorch", e.getMessage());
        }
        return about;
    }

    private static String allocator(AllocatorReport allocator) {
        String how = allocator.readBack() ? "read back" : "not read back: " + allocator.remark();
        return allocator.conf() + " (" + how + ")";
    }

    private void write(Verdict verdict) {
        if (directory == null) {
            return;
        }
        try {
            Path folder = Files.createDirectories(Path.of(directory));
            Verification verification = new Verification(verdict, machine, checks);
            Files.writeString(folder.resolve("report.json"), JSON.writeValueAsString(verification) + "\n");
            Files.writeString(folder.resolve("report.md"), markdown(verification));
        } catch (IOException e) {
            throw new UncheckedIOException("The report cannot be written to " + directory, e);
        }
    }

    private static String markdown(Verification verification) {
        StringBuilder text = new StringBuilder("# facefuse on this machine: " + verification.verdict + "\n\n");
        verification.machine.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\n| check | verdict | ms | figures |\n| --- | --- | ---: | --- |\n");
        for (Check check : verification.checks) {
            String told = Stream.concat(
                            Stream.of(check.reason).filter(reason -> !reason.isEmpty()),
                            check.figures.stream().map(VerificationReport::words))
                    .map(VerificationReport::cell)
                    .collect(Collectors.joining("<br>"));
            text.append(String.format(
                    Locale.ROOT, "| %s | %s | %d | %s |%n", cell(check.name), check.verdict, check.millis, told));
        }
        return text.toString();
    }

    private static String words(Figure figure) {
        String value = figure.unit.equals("bytes")
                ? mebibytes(((BigDecimal) figure.value).longValueExact())
                : (figure.value + " " + figure.unit).strip();
        return figure.what + ": " + value;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
