package dev.facefuse.nativelib;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Loads libtorch, once per process, with the settings that this program needs. */
@SuppressWarnings("try") // guards and pointer scopes act while they are open
public final class Libtorch {

    private static final Object LOCK = new Object();
    private static @Nullable LibtorchInfo loaded;
    private static AllocatorSettings allocator = AllocatorSettings.DEFAULT;

    private Libtorch() {}

    /**
     * Loads and configures libtorch on the first call; later calls return the same information. Safe from several threads at once.
     *
     * <p>Before the libraries load, this method sets environment variables that the user has not set: those of
     * {@link #prepareEnvironment()} and the allocator's settings, which are the ones passed to
     * {@link #prepareEnvironment(AllocatorSettings)} or else {@link AllocatorSettings#DEFAULT}. Afterwards it disables the profiling
     * graph executor, which would recompile a model for every new input shape.
     *
     * @throws NativeException if the libraries are missing or do not load, or libtorch ignored an allocator setting
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
     * Like {@link #load()}, with these settings for the CUDA caching allocator. If there is a CUDA device, they are read back from
     * the running allocator.
     *
     * @throws IllegalStateException if libtorch is already loaded with other settings: it reads them only once
     * @throws NativeException like {@link #load()}
     */
    public static LibtorchInfo load(AllocatorSettings settings) {
        synchronized (LOCK) {
            choose(settings);
            return load();
        }
    }

    private static void choose(AllocatorSettings settings) {
        if (loaded != null && !settings.equals(allocator)) {
            throw new IllegalStateException("libtorch reads its allocator settings only once and is loaded with "
                    + allocator + ": load it with " + settings + " before anything else uses it");
        }
        allocator = settings;
    }

    /** @throws NativeException if the device does not exist */
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
            AllocatorReport report = AllocatorEnvironment.apply(allocator);
            return configure(report);
        } catch (LinkageError e) {
            throw NativeLibraries.unloadable(e);
        } catch (RuntimeException e) {
            throw NativeException.from("libtorch could not be loaded", e);
        }
    }

    /**
     * The variables that the libraries read while they load. By default OpenMP counts the processors of the machine, not of the
     * container, and its idle threads spin. Spinning is very slow when other processes need the same processors: three small
     * convolutions took 130 ms (median of 24; passive 0.8 ms, one thread 0.5 ms) with two threads on two processors under a load of
     * six. The cost of passive waiting on an idle machine was not measured.
     *
     * <p>libtorch runs its smallest convolutions in OpenBLAS, whose threads compete with OpenMP's: a fusion took 660 ms with
     * OpenBLAS's default and 192 ms with one thread (medians, two processors under a load of four).
     *
     * <p>{@code THP_MEM_ALLOC_ENABLE} is left alone on purpose. Huge pages made that network 2.8 times as fast at 1024 pixels and
     * 2.8 times as slow at 256, where glibc's heap would have kept its pages. Users who run only large tensors may set it.
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
     * Sets the environment variables that OpenMP and OpenBLAS read while they load: {@code OMP_NUM_THREADS} (the processors this JVM
     * may use), {@code OMP_WAIT_POLICY} (passive) and {@code OPENBLAS_NUM_THREADS} (1). Variables that the user has set are left
     * alone. {@link #load()} calls this; call it yourself before you load another library that depends on one of them (OpenCV
     * depends on OpenBLAS). The allocator's settings can still be chosen afterwards.
     */
    public static void prepareEnvironment() {
        environment().forEach(Libtorch::setIfUnset);
    }

    /**
     * Like {@link #prepareEnvironment()}, and also sets the variables for the allocator: {@code PYTORCH_ALLOC_CONF} and
     * {@code CUDA_LAUNCH_BLOCKING}. Variables that the user has set are left alone. If the user has set any of libtorch's allocator
     * variables, for example the older {@code PYTORCH_CUDA_ALLOC_CONF}, then {@code PYTORCH_ALLOC_CONF} is not set.
     *
     * @return the settings that libtorch will read
     * @throws IllegalStateException if libtorch is already loaded with other settings
     */
    public static AllocatorReport prepareEnvironment(AllocatorSettings settings) {
        synchronized (LOCK) {
            choose(settings);
            prepareEnvironment();
            return loaded == null ? AllocatorEnvironment.apply(settings) : loaded.allocator();
        }
    }

    private static void setIfUnset(String name, String value) {
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
                    cuda ? configureAllocator(report, devices) : report.unconfirmed("there is no CUDA device"));
        }
    }

    /** Sets the memory fraction, which has no environment variable, and reads the other settings back. */
    private static AllocatorReport configureAllocator(AllocatorReport report, int devices) {
        String unavailable = CudaAllocator.unavailableReason();
        if (allocator.memoryFraction() < 1) {
            if (!unavailable.isEmpty()) {
                throw new NativeException(
                        NativeException.Kind.OTHER, "The memory fraction could not be set: " + unavailable, null);
            }
            CudaAllocator.setMemoryFraction(allocator.memoryFraction(), devices);
        }
        if (report.source() == AllocatorReport.Source.USER) {
            return report;
        }
        if (!unavailable.isEmpty()) {
            return report.unconfirmed(unavailable);
        }
        CudaAllocator.confirm(allocator, devices);
        return report.confirmed();
    }

    /** The version of libtorch's jar, because libtorch itself does not expose its version at run time. */
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
