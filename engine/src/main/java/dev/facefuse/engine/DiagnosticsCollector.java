package dev.facefuse.engine;

import dev.facefuse.engine.execution.FusionExecutor;
import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.HeapAdvice;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemoryPlanner;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.nativelib.AllocatorReport;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.LeakTracker;
import dev.facefuse.nativelib.LibtorchInfo;
import dev.facefuse.nativelib.NvidiaDriver;
import dev.facefuse.nativelib.Nvml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Collects the metrics and diagnostics of an engine and its machine. Changes nothing.
 *
 * @param memory memory of the device in use
 * @param host memory of this process
 */
record DiagnosticsCollector(
        LibtorchInfo libtorch,
        FusionExecutor executor,
        DeviceMemory memory,
        DeviceMemory host,
        Networks networks,
        MemorySettings settings,
        Precision precision) {
    private static final long GIGABYTE = 1_000_000_000;
    private static final long[] CARD_GIGABYTES = {1, 2, 4, 6, 8, 12, 24, 48, 80};

    EngineMetrics metrics() {
        MemoryGovernor.Counts counts = networks.governor().counts();
        return new EngineMetrics(
                memory(memory),
                memory(host),
                admission(executor.occupancy()),
                LeakTracker.caught(),
                counts.outOfMemory(),
                memory.counters().retries(),
                counts.drifts(),
                counts.driftBytes(),
                counts.cleanings());
    }

    /** See {@link HeapAdvice#of}. */
    String heapAdvice() {
        return HeapAdvice.of(
                host.total(), HeapAdvice.ENGINE_BYTES, Runtime.getRuntime().maxMemory());
    }

    private static EngineMetrics.Memory memory(DeviceMemory of) {
        return new EngineMetrics.Memory(
                of.device().toString(), of.total(), of.free(), of.allocated(), of.reserved(), of.peak());
    }

    private static EngineMetrics.Admission admission(FusionExecutor.Occupancy now) {
        return new EngineMetrics.Admission(now.permits(), now.running(), now.queue(), now.waiting());
    }

    Diagnostics diagnosis(EngineInfo engine) {
        EngineMetrics vitals = metrics();
        List<Diagnostics.Network> parts = parts();
        MemoryPlanner.Decision forecast = networks.governor().forecastNow();
        return new Diagnostics(
                engine,
                IntStream.range(0, libtorch.cudaDevices())
                        .mapToObj(DiagnosticsCollector::device)
                        .toList(),
                vitals,
                allocator(),
                forecast.plan().label(),
                forecast.why(),
                parts,
                cards(precision.onCard()),
                problems(vitals, parts, forecast));
    }

    private static Diagnostics.Device device(int index) {
        DeviceMemory card = DeviceMemory.of(Device.cuda(index));
        return new Diagnostics.Device(
                card.device().toString(),
                Nvml.cardName(index),
                card.total(),
                card.free(),
                card.processes().stream()
                        .map(use -> new Diagnostics.ProcessUse(use.pid(), use.name(), use.bytes()))
                        .toList(),
                Nvml.whySilent());
    }

    private Diagnostics.Allocator allocator() {
        DeviceMemory.Counters counters = memory.counters();
        AllocatorReport report = libtorch.allocator();
        return new Diagnostics.Allocator(
                counters.retries(),
                counters.outOfMemory(),
                counters.largestFreeBlock(),
                counters.fragmented(),
                report.conf(),
                report.source().name().toLowerCase(Locale.ROOT),
                report.variable(),
                report.readBack(),
                report.remark());
    }

    private List<Diagnostics.Network> parts() {
        return networks.loaded().stream()
                .map(loaded -> new Diagnostics.Network(
                        loaded.use().role(),
                        loaded.part().name(),
                        loaded.part().file(),
                        loaded.storedDtype(),
                        loaded.model().dtype().jsonName(),
                        loaded.use().batch(),
                        loaded.model().weightBytes(),
                        loaded.use().batch() * loaded.activationBytes(),
                        loaded.model().halfPrecision()))
                .toList();
    }

    /**
     * The plans on cards of several sizes.
     *
     * @param large type that large networks compute in
     */
    private List<Diagnostics.Card> cards(Dtype large) {
        Footprint footprint = new Footprint(
                networks.footprints(large), networks.governor().footprint().atATime());
        MemoryPlanner planner = new MemoryPlanner(footprint);
        return LongStream.of(CARD_GIGABYTES)
                .map(gigabytes -> gigabytes * GIGABYTE)
                .mapToObj(bytes -> {
                    MemoryPlanner.Decision decision =
                            planner.decideForCard(settings.fastest(), bytes, settings.reserveBytes());
                    return new Diagnostics.Card(
                            bytes,
                            decision.plan().label(),
                            decision.needBytes(),
                            planner.replicas(decision.plan(), bytes, settings.reserveBytes()),
                            decision.why());
                })
                .toList();
    }

    private List<String> problems(
            EngineMetrics vitals, List<Diagnostics.Network> parts, MemoryPlanner.Decision forecast) {
        List<String> problems = new ArrayList<>();
        String driver = NvidiaDriver.whyUnused();
        if (!driver.isEmpty()) {
            problems.add(driver);
        }
        String heap = heapAdvice();
        if (!heap.isEmpty()) {
            problems.add(heap);
        }
        if (memory.device().isCuda()) {
            addCudaProblems(problems, forecast);
        }
        if (vitals.reclaimedObjects() > 0) {
            problems.add(
                    "The collector freed " + vitals.reclaimedObjects() + " native objects that nobody closed: a defect"
                            + " of facefuse. Start it with FACEFUSE_DEBUG_OWNERSHIP=true and report what the log says.");
        }
        if (vitals.drifts() > 0) {
            problems.add(vitals.drifts() + " fusions left " + vitals.driftBytes() + " bytes on " + memory.device()
                    + ": a defect of facefuse. Report it with the log.");
        }
        parts.stream()
                .filter(Diagnostics.Network::mixed)
                .map(part -> part.file() + " runs as " + part.dtype() + " and computes in float16 in "
                        + part.half().size() + " place(s): export it again without them.")
                .forEach(problems::add);
        return problems;
    }

    private void addCudaProblems(List<String> problems, MemoryPlanner.Decision forecast) {
        AllocatorReport allocator = libtorch.allocator();
        if (allocator.source() == AllocatorReport.Source.OURS && !allocator.readBack()) {
            problems.add("The allocator did not confirm its settings (" + allocator.remark() + ").");
        }
        if (forecast.plan() == Plan.HOST && settings.fastest() != Plan.HOST) {
            problems.add("The networks would run on the CPU: " + forecast.why() + ". End other processes on "
                    + memory.device() + " or choose a larger card.");
        }
    }
}
