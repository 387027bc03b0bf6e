package dev.facefuse.nativelib;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Loads libtorch, once a process, with the settings this program wants. */
@SuppressWarnings("try") // guards and pointer scopes work by being open
public final class Libtorch {

    private static final Object LOCK = new Object();
    private static @Nullable LibtorchInfo loaded;
    private static AllocatorSettings allocator = AllocatorSettings.DEFAULT;

    private Libtorch() {}

    /**
     * Loads and configures libtorch on the first call; afterwards only answers. Safe from several threads at once.
     *
     * <p>Before the libraries load it sets, in the process's environment and only where the user has not:
     * {@code OMP_NUM_THREADS} (the processors this JVM may use), {@code OMP_WAIT_POLICY} (passive) and the allocator's settings:
     * those of {@link #prepareEnvironment(AllocatorSettings)}, else {@link AllocatorSettings#DEFAULT}. Then it switches off the
     * profiling graph executor, which would compile a model again for every shape it meets.
     *
     * @throws NativeException if the libraries are missing or do not load, or an allocator setting did not take
     */
    public static LibtorchInfo load() {
        synchronized (LOCK) {
            if (loaded == null) {
                loaded = loadOnce();
            }
            return loaded;
        }
    }

    /**
     * As {@link #load()}, with these settings for CUDA's caching allocator. Where there is a CUDA device they are read back from
     * the running allocator.
     *
     * @throws IllegalStateException if libtorch is loaded with other settings: it reads them once
     * @throws NativeException as {@link #load()}
     */
    public static LibtorchInfo load(AllocatorSettings settings) {
        synchronized (LOCK) {
            choose(settings);
            return load();
        }
    }

    private static void choose(AllocatorSettings settings) {
        if (loaded != null && !settings.equals(allocator)) {
            throw new IllegalStateException("libtorch reads its allocator's settings once and is loaded with "
                    + allocator + ": load it with " + settings + " before anything else uses it");
        }
        allocator = settings;
    }

    /** Refuses a device that is not there, in one sentence. */
    static void require(Device device) {
        int devices = load().cudaDevices();
        if (device.isCuda() && device.index() >= devices) {
            throw new NativeException(
                    NativeException.Kind.OTHER,
                    "There is no device " + device + " here: libtorch sees "
                            + (devices == 0 ? "no CUDA device" : devices + " CUDA device(s)"),
                    null);
        }
    }

    private static LibtorchInfo loadOnce() {
        NativeLibraries.prepare();
        try {
            prepareEnvironment();
            AllocatorReport report = AllocatorEnvironment.put(allocator);
            return configure(report);
        } catch (LinkageError e) {
            throw NativeLibraries.unloadable(e);
        } catch (RuntimeException e) {
            throw NativeException.from("libtorch could not be loaded", e);
        }
    }

    /**
     * Read by the libraries as they load. OpenMP would count the machine's processors, not the container's. Its threads wait
     * by spinning, which is ruinous when others want the same processors: three small convolutions took 130 ms (median of
     * 24; passive 0.8 ms, one thread 0.5 ms) with two threads on two processors under a load of six. What passive costs on
     * an idle machine was not measured.
     *
     * <p>libtorch gives its smallest convolutions to OpenBLAS, whose threads then fight with OpenMP's: a fusion took 660 ms with
     * OpenBLAS's default and 192 ms with one thread (medians, two processors under a load of four).
     *
     * <p>Not here: {@code THP_MEM_ALLOC_ENABLE}. Huge pages made that network 2.8 times as fast at 1024 pixels and 2.8 times
     * as slow at 256, where glibc's heap would have kept its pages. Who runs only large tensors may set it.
     */
    private static Map<String, String> environment() {
        return Map.of(
                "OMP_NUM_THREADS",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "OMP_WAIT_POLICY",
                "passive",
                "OPENBLAS_NUM_THREADS",
                "1");
    }

    /**
     * Sets what the libraries that libtorch shares with others read from the environment as they load, unless it is set.
     * {@link #load()} does so; who loads another library first that brings one of them along (OpenCV brings OpenBLAS) calls
     * this before. The allocator's settings can still be chosen after it.
     */
    public static void prepareEnvironment() {
        environment().forEach(Libtorch::setWhereUnset);
    }

    /**
     * As {@link #prepareEnvironment()}, and puts the allocator's settings there, for {@link #load()} and every library that
     * brings libtorch along: {@code PYTORCH_ALLOC_CONF}, and {@code CUDA_LAUNCH_BLOCKING}. The older
     * {@code PYTORCH_CUDA_ALLOC_CONF} is not needed. Where the user has set one of them, his stays; where it is an allocator's,
     * none of ours is set.
     *
     * @return what libtorch will find there
     * @throws IllegalStateException if libtorch is loaded with other settings
     */
    public static AllocatorReport prepareEnvironment(AllocatorSettings settings) {
        synchronized (LOCK) {
            choose(settings);
            prepareEnvironment();
            return loaded == null ? AllocatorEnvironment.put(settings) : loaded.allocator();
        }
    }

    private static void setWhereUnset(String name, String value) {
        if (ProcessNative.getEnvironment(name) == null) {
            ProcessNative.setEnvironment(name, value);
        }
    }

    private static LibtorchInfo configure(AllocatorReport report) {
        try (PointerScope pointers = new PointerScope()) {
            torch.getExecutorMode().put(true);
            torch.getProfilingMode().put(false);
            torch.set_num_interop_threads(1);
            boolean cuda = torch.cuda_is_available();
            int devices = cuda ? torch.cuda_device_count() : 0;
            return new LibtorchInfo(
                    version(),
                    text(torch.get_cpu_capability()),
                    ProcessNative.hasBfloat16(),
                    torch.get_num_threads(),
                    Math.toIntExact(torch.get_num_interop_threads()),
                    cuda,
                    devices,
                    cuda ? settle(report, devices) : report.unconfirmed("there is no CUDA device"));
        }
    }

    /** Sets what the environment cannot say, and asks the running allocator for what it could. */
    private static AllocatorReport settle(AllocatorReport report, int devices) {
        String shut = CudaAllocator.whyShut();
        if (allocator.memoryFraction() < 1) {
            if (!shut.isEmpty()) {
                throw new NativeException(
                        NativeException.Kind.OTHER, "The memory fraction could not be set: " + shut, null);
            }
            CudaAllocator.limit(allocator.memoryFraction(), devices);
        }
        if (report.source() == AllocatorReport.Source.USER) {
            return report;
        }
        if (!shut.isEmpty()) {
            return report.unconfirmed(shut);
        }
        CudaAllocator.confirm(allocator, devices);
        return report.confirmed();
    }

    /** libtorch does not say its version at run time; its jar does. */
    private static String version() {
        try {
            @Nullable String version = Loader.getVersion("org.bytedeco", "pytorch", torch.class);
            return version == null ? "unknown" : version.replaceFirst("-.*", "");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String text(BytePointer pointer) {
        return pointer.getString();
    }
}
