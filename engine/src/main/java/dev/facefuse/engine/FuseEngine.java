package dev.facefuse.engine;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.memory.Admission;
import dev.facefuse.engine.memory.FusionThreads;
import dev.facefuse.engine.memory.Governor;
import dev.facefuse.engine.memory.HostMemoryBudget;
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
 * The engine: opened once, used from any thread, closed at the end. Holds the loaded models and nothing else between calls;
 * the same request gives the same bytes on the same device.
 */
public final class FuseEngine implements AutoCloseable {
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
    private final Admission admission;
    private final HostMemoryBudget budget;
    private final FusionThreads threads;
    private final Examination examination;
    private final AtomicReference<@Nullable FuseException> failure = new AtomicReference<>();

    private FuseEngine(
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
        this.admission = new Admission(settings.admission());
        this.budget = new HostMemoryBudget(host);
        this.examination =
                new Examination(libtorch, admission, memory, host, networks, settings.memory(), settings.precision());
        this.threads = new FusionThreads(settings.admission().permits());
    }

    /**
     * Loads libtorch and the pack.
     *
     * @throws FuseException {@code pack-invalid} if the pack does not hold, {@code bad-request} for an unknown device,
     *     {@code out-of-memory} if it would not fit, {@code libraries-unavailable} if the native libraries cannot be loaded
     */
    public static FuseEngine open(EngineSettings settings) {
        try {
            return NativeLibraries.loading(() -> opened(settings));
        } catch (NativeException e) {
            throw translated(e);
        }
    }

    /**
     * Puts into the process's environment what native libraries read there, unless the user has set it. To be called first of all
     * in {@code main}: the environment is not safe for use from several threads.
     *
     * @throws FuseException {@code libraries-unavailable}
     */
    public static void prepareProcess() {
        try {
            NativeLibraries.loading(() -> {
                OpenCv.prepare();
                return true;
            });
        } catch (NativeException e) {
            throw translated(e);
        }
    }

    /**
     * As {@link #prepareProcess()}, with the settings of CUDA's allocator. To be called before a thread is started that opens an
     * engine.
     *
     * @throws FuseException {@code libraries-unavailable}; {@code bad-request} if libtorch is loaded with other settings
     */
    public static void prepareProcess(EngineSettings settings) {
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

    private static FuseEngine opened(EngineSettings settings) {
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
            return new FuseEngine(settings, libtorch, host, memory, packs, networks);
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

    /** Fuses without telling anyone about progress. */
    public FuseResult fuse(FuseRequest request) {
        return fuse(request, ProgressListener.NONE);
    }

    /**
     * Fuses the user's face into the template; waits for its turn if the settings let it.
     *
     * @throws FuseException every error of {@link ErrorCode} that a picture, a face or memory can cause
     */
    public FuseResult fuse(FuseRequest request, ProgressListener progress) {
        return admitted(progress, () -> governed(request, progress));
    }

    /**
     * The faces of a picture, as a fusion would find them; waits for its turn as one does.
     *
     * @param picture encoded; read, never changed or kept
     * @param threshold detection score from which on something is a face, 0.1 to 0.99
     * @param progress asked while it waits whether anybody wants the answer any more; told of no stage
     * @throws FuseException as {@link #fuse(FuseRequest, ProgressListener)}, but not where there is no face
     */
    @SuppressWarnings("try") // A reservation works by being held.
    public FacesFound faces(byte[] picture, float threshold, ProgressListener progress) {
        FaceChoice choice = new FaceChoice(FaceChoice.LARGEST, FaceChoice.LARGEST, threshold);
        return admitted(progress, () -> {
            SourcePicture source = faceSearch.prepare(picture);
            try (HostMemoryBudget.Reservation reservation = reserve(faceSearch.hostBytes(source), progress);
                    Governor<ScriptModel>.Stay stay = networks.governor().begin()) {
                FacesFound found = faceSearch.find(source, choice.threshold());
                stay.stageDone("faces");
                return found;
            }
        });
    }

    /** Does the work when its turn has come, and cleans up after it. */
    @SuppressWarnings("try") // A permit and a scope work by being held.
    private <T> T admitted(ProgressListener progress, Supplier<T> work) {
        try (Admission.Permit permit = admission.enter(progress::gone)) {
            return threads.run(() -> {
                try (PointerScope images = NativeImage.scope()) {
                    return withUnchangedPacks(work);
                } finally {
                    cleanHost();
                }
            });
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

    /**
     * Why this process cannot fuse any more; null while it can. A library that did not load once does not load until the process
     * is started again.
     */
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
    private FuseResult governed(FuseRequest request, ProgressListener progress) {
        FusionPipeline.Prepared fusion = pipeline.prepare(request);
        try (HostMemoryBudget.Reservation reservation = reserve(fusion.hostBytes(), progress)) {
            return fusion.run(progress);
        }
    }

    private HostMemoryBudget.Reservation reserve(long bytes, ProgressListener progress) {
        return budget.reserve("This fusion", bytes, HostMemoryBudget.FUSION_WAIT, progress::gone);
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

    /**
     * Refuses now what {@link #fuse} would refuse for want of a place; takes nothing.
     *
     * @throws FuseException {@code busy}
     */
    public void requireRoom() {
        admission.requireRoom();
    }

    /**
     * Reserves memory of the host that a request will allocate before its fusion begins, for its body say. Counts against
     * {@link MemorySettings#hostLimitBytes()} until it is closed. Waits half a second at most for unused memory to be given back.
     *
     * @param bytes that will be allocated at most, 0 or more
     * @return the caller's to close, as soon as the memory is free again
     * @throws FuseException {@code busy} if other requests hold the memory, {@code out-of-memory} if there is less without them, too
     */
    public MemoryReservation reserve(long bytes) {
        HostMemoryBudget.Reservation reservation =
                budget.reserve("This request", bytes, HostMemoryBudget.RETURN_WAIT, () -> false);
        return reservation::close;
    }

    /** How long a fusion that is asked for now would wait for its turn; zero if nobody is before it. */
    public Duration expectedWait() {
        return admission.expectedWait();
    }

    /** What this engine runs on. */
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

    /** How this engine fares. */
    public Vitals vitals() {
        return examination.vitals();
    }

    /**
     * Advice if the Java heap can grow so large that it does not fit beside this engine within {@link
     * MemorySettings#hostLimitBytes()} or the memory there is; empty if it fits.
     */
    public String heapAdvice() {
        return examination.heapAdvice();
    }

    /** This engine and its machine from all sides; takes some hundredths of a second. */
    public Diagnosis diagnose() {
        return examination.diagnosis(info());
    }

    /** Fuses for the figures alone; as {@link #fuse(FuseRequest, ProgressListener)}. */
    public ProfiledRun rehearse(FuseRequest request, ProgressListener progress) {
        FusionPipeline.Prepared fusion = pipeline.prepare(request);
        return fusion.explain(fuse(request, progress).report());
    }

    /**
     * A picture that shows fused ones, such as a contact sheet, with the label that they have in their metadata.
     *
     * @param picture encoded; not changed
     * @throws FuseException as {@link PictureHeader#read}
     */
    public byte[] label(byte[] picture) {
        PictureHeader header = PictureHeader.read(picture, limits);
        Encoded encoded = new Encoded(picture, header.format(), header.shownWidth(), header.shownHeight());
        return labelling.apply(encoded, encoded, new byte[0]).picture();
    }

    /** Waits for fusions that are under way, then frees the models. */
    @Override
    public void close() {
        threads.close();
        networks.close();
    }
}
