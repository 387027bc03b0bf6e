package dev.facefuse.engine;

import dev.facefuse.engine.execution.FusionExecutor;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.memory.HostMemoryBudget;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.picture.NativeImage;
import dev.facefuse.engine.picture.OpenCv;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.step.SourcePicture;
import dev.facefuse.nativelib.AllocatorSettings;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.LibtorchInfo;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.NativeLibraries;
import dev.facefuse.nativelib.ProcessNative;
import dev.facefuse.nativelib.ScriptModel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The engine that runs its networks with libtorch. A call passes these in order: a permit for the device, the check that the packs'
 * files are unchanged, the reservation of host memory, the governor's plan for the device, and the pipeline.
 */
final class LibtorchFuseEngine implements FuseEngine {
    private final LibtorchInfo libtorch;
    private final MemorySettings settings;
    private final DeviceMemory host;
    private final DeviceMemory memory;
    private final Packs packs;
    private final Networks networks;
    private final Labelling labelling;
    private final PictureLimits limits;
    private final FusionPipeline pipeline;
    private final FaceSearch faceSearch;
    private final FusionExecutor executor;
    private final HostMemoryBudget budget;
    private final DiagnosticsCollector diagnostics;
    private final AtomicReference<@Nullable FuseException> failure = new AtomicReference<>();

    private LibtorchFuseEngine(
            EngineSettings settings,
            LibtorchInfo libtorch,
            DeviceMemory host,
            DeviceMemory memory,
            Packs packs,
            Networks networks) {
        this.libtorch = libtorch;
        this.settings = settings.memory();
        this.host = host;
        this.memory = memory;
        this.packs = packs;
        this.networks = networks;
        ModelPack pack = packs.chosen();
        this.limits = settings.limits();
        this.labelling =
                new Labelling(new Labelling.Maker(Version.current(), pack.name(), pack.version()), settings.label());
        FaceNetworks faces = FaceNetworks.of(networks);
        Steps steps = new Steps(limits, faces, packs.fusion(networks), labelling);
        this.pipeline = new FusionPipeline(steps::of, limits, networks, memory, pack.label());
        this.faceSearch = new FaceSearch(limits, faces);
        this.executor = new FusionExecutor(settings.admission());
        this.budget = new HostMemoryBudget(host);
        this.diagnostics = new DiagnosticsCollector(
                libtorch, executor, memory, host, networks, settings.memory(), settings.precision());
    }

    static LibtorchFuseEngine open(EngineSettings settings) {
        try {
            return NativeLibraries.loading(() -> opened(settings));
        } catch (NativeException e) {
            throw translated(e);
        }
    }

    static void prepareProcess() {
        try {
            NativeLibraries.loading(() -> {
                OpenCv.prepare();
                return true;
            });
        } catch (NativeException e) {
            throw translated(e);
        }
    }

    static void prepareProcess(EngineSettings settings) {
        prepareProcess();
        prepareAllocator(settings.memory().allocator());
    }

    private static void prepareAllocator(AllocatorSettings allocator) {
        try {
            Libtorch.prepareEnvironment(allocator);
        } catch (IllegalStateException e) {
            throw new FuseException(ErrorCode.BAD_REQUEST, e.getMessage() + ".", e);
        }
    }

    private static LibtorchFuseEngine opened(EngineSettings settings) {
        DeviceMemory host = DeviceMemory.host(settings.memory().hostLimitBytes());
        Packs packs = Packs.find(settings.pack());
        HostMemoryBudget.requireForLoading(host, Packs.LOADING_BYTES);
        LibtorchInfo libtorch = load(settings.memory().allocator());
        Device device = device(settings.device(), libtorch);
        DeviceMemory memory = device.isCuda() ? DeviceMemory.of(device) : host;
        Dtypes dtypes = settings.precision().on(device, libtorch.bfloat16());
        HostMemoryBudget.requireForLoading(host, packs.weightBytes(dtypes.host()));
        Place place = new Place(device, dtypes, memory, settings.admission().permits());
        Networks networks = Networks.load(packs.uses(), place, settings.memory());
        try {
            return new LibtorchFuseEngine(settings, libtorch, host, memory, packs, networks);
        } catch (RuntimeException e) {
            networks.close();
            throw e;
        }
    }

    private static LibtorchInfo load(AllocatorSettings allocator) {
        prepareAllocator(allocator);
        OpenCv.load();
        return Libtorch.load();
    }

    @Override
    public FuseResult fuse(FuseRequest request, RequestContext context) {
        return execute(context, () -> governed(request, context));
    }

    @Override
    @SuppressWarnings("try") // A reservation works by being held.
    public FacesFound faces(byte[] picture, float threshold, RequestContext context) {
        FaceChoice choice = new FaceChoice(FaceChoice.LARGEST, FaceChoice.LARGEST, threshold);
        return execute(context, () -> {
            SourcePicture source = faceSearch.prepare(picture);
            try (HostMemoryBudget.Reservation reservation = reserve(faceSearch.hostBytes(source), context);
                    MemoryGovernor<ScriptModel>.Session stay =
                            networks.governor().begin()) {
                FacesFound found = faceSearch.find(source, choice.threshold());
                stay.stageDone("faces");
                return found;
            }
        });
    }

    /** Runs the work on the executor and frees what it leaves behind. */
    @SuppressWarnings("try") // A scope works by being open.
    private <T> T execute(RequestContext context, Supplier<T> work) {
        Supplier<T> cleaned = () -> {
            try (PointerScope images = NativeImage.scope()) {
                return withUnchangedPacks(work);
            } finally {
                cleanHost();
            }
        };
        try {
            return executor.run(cleaned, context.cancellation(), context.logFields());
        } catch (NativeException e) {
            throw translated(e);
        } catch (OutOfMemoryError e) {
            throw outOfMemory(e);
        } catch (LinkageError e) {
            FuseException problem = (FuseException) translated(NativeLibraries.unloadable(e));
            failure.compareAndSet(null, problem);
            throw problem;
        }
    }

    /** Networks read their weights from the packs' files: a result counts only if these were the verified ones before and after. */
    private <T> T withUnchangedPacks(Supplier<T> work) {
        packs.requireUnchanged();
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            packs.requireUnchanged();
            throw e;
        }
        packs.requireUnchanged();
        return result;
    }

    @Override
    public @Nullable FuseException failure() {
        return failure.get();
    }

    /** By the rule for the device; where that is the host, the governor has done so. */
    private void cleanHost() {
        if (memory.device().isCuda()) {
            settings.cleaning()
                    .clean(
                            host,
                            settings.reserveBytes(),
                            networks.governor().counts().stays());
        }
    }

    /** Makes sure of the host's memory before a pixel is decoded, and of the device's before a network runs. */
    @SuppressWarnings("try") // A reservation works by being held.
    private FuseResult governed(FuseRequest request, RequestContext context) {
        FusionPipeline.Prepared fusion = pipeline.prepare(request);
        try (HostMemoryBudget.Reservation reservation = reserve(fusion.hostBytes(), context)) {
            return fusion.run(context.progress());
        }
    }

    private HostMemoryBudget.Reservation reserve(long bytes, RequestContext context) {
        return budget.reserve("This fusion", bytes, HostMemoryBudget.FUSION_WAIT, context.cancellation());
    }

    private static Device device(String name, LibtorchInfo libtorch) {
        if (name.equals("auto")) {
            return libtorch.cuda() ? Device.cuda(0) : Device.CPU;
        }
        Device device;
        try {
            device = Device.parse(name);
        } catch (IllegalArgumentException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "device is " + name + "; it must be auto, cpu or cuda:0.", e);
        }
        if (device.isCuda() && device.index() >= libtorch.cudaDevices()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "There is no device " + name + " here (" + libtorch.cudaDevices()
                            + " CUDA devices); use --device cpu, or the build with the gpu profile on a machine with a"
                            + " CUDA driver.");
        }
        return device;
    }

    private static RuntimeException translated(NativeException e) {
        return switch (e.kind()) {
            case OUT_OF_MEMORY -> outOfMemory(e);
            case LIBRARIES -> new FuseException(ErrorCode.LIBRARIES_UNAVAILABLE, String.valueOf(e.getMessage()), e);
            case SHAPE, OTHER -> e;
        };
    }

    private static FuseException outOfMemory(Throwable cause) {
        return new FuseException(
                ErrorCode.OUT_OF_MEMORY,
                "There is not enough memory for this fusion; send smaller pictures or ask for a smaller resolution.",
                cause);
    }

    @Override
    public void checkCapacity() {
        executor.checkCapacity();
    }

    @Override
    public MemoryReservation reserve(long bytes) {
        HostMemoryBudget.Reservation reservation =
                budget.reserve("This request", bytes, HostMemoryBudget.RETURN_WAIT, () -> false);
        return reservation::close;
    }

    @Override
    public Duration expectedWait() {
        return executor.expectedWait();
    }

    @Override
    public EngineInfo info() {
        return new EngineInfo(
                Version.current(),
                libtorch.version(),
                OpenCv.version(),
                libtorch.cpuCapability(),
                libtorch.bfloat16(),
                libtorch.intraOpThreads(),
                libtorch.cuda(),
                libtorch.cudaDevices(),
                memory.device().toString(),
                packs.chosen().label(),
                networks.loaded().stream()
                        .map(part -> new EngineInfo.Role(
                                part.use().role(),
                                part.part().file(),
                                part.storedDtype(),
                                part.model().dtype().jsonName(),
                                part.model().weightBytes()))
                        .toList(),
                ProcessNative.residentBytes(),
                ProcessNative.peakResidentBytes());
    }

    @Override
    public EngineMetrics metrics() {
        return diagnostics.metrics();
    }

    @Override
    public String heapAdvice() {
        return diagnostics.heapAdvice();
    }

    @Override
    public Diagnostics diagnose() {
        return diagnostics.diagnosis(info());
    }

    @Override
    public ProfiledRun rehearse(FuseRequest request, RequestContext context) {
        FusionPipeline.Prepared fusion = pipeline.prepare(request);
        return fusion.explain(fuse(request, context).report());
    }

    @Override
    public byte[] label(byte[] picture) {
        PictureHeader header = PictureHeader.read(picture, limits);
        Encoded encoded = new Encoded(picture, header.format(), header.shownWidth(), header.shownHeight());
        return labelling.apply(encoded, encoded, new byte[0]).picture();
    }

    @Override
    public void close() {
        executor.close();
        networks.close();
    }
}
