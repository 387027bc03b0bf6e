package dev.facefuse.engine;

import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Fuses the face of one picture into another. An engine is opened once, used from any thread, and closed at the end. It holds the
 * loaded models and nothing else between calls: the same request gives the same bytes on the same device.
 *
 * <pre>{@code
 * FuseEngine.prepareProcess(EngineSettings.DEFAULT); // first statement of main
 * try (FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
 *     FuseResult result = engine.fuse(new FuseRequest(template, user, FuseOptions.DEFAULT));
 * }
 * }</pre>
 */
public interface FuseEngine extends AutoCloseable {

    /**
     * Sets the environment variables that the native libraries read, unless the user has set them. Call it first of all in {@code
     * main}: changing the environment is not safe while other threads run.
     *
     * @throws FuseException {@code libraries-unavailable}
     */
    static void prepareProcess() {
        LibtorchFuseEngine.prepareProcess();
    }

    /**
     * Like {@link #prepareProcess()}, with the settings of CUDA's allocator. Call it before you start a thread that opens an engine.
     *
     * @throws FuseException {@code libraries-unavailable}; {@code bad-request} if libtorch is already loaded with other settings
     */
    static void prepareProcess(EngineSettings settings) {
        LibtorchFuseEngine.prepareProcess(settings);
    }

    /**
     * Loads libtorch and the model pack. The caller closes the engine.
     *
     * @throws FuseException {@code pack-invalid} if the pack is damaged or incomplete, {@code bad-request} for an unknown device,
     *     {@code out-of-memory} if the pack does not fit, {@code libraries-unavailable} if the native libraries cannot be loaded
     */
    static FuseEngine open(EngineSettings settings) {
        return LibtorchFuseEngine.open(settings);
    }

    /** Fuses without reporting progress; see {@link #fuse(FuseRequest, RequestContext)}. */
    default FuseResult fuse(FuseRequest request) {
        return fuse(request, RequestContext.fromMdc());
    }

    /** Fuses and reports progress; see {@link #fuse(FuseRequest, RequestContext)}. */
    default FuseResult fuse(FuseRequest request, ProgressListener progress) {
        return fuse(request, RequestContext.fromMdc().withProgress(progress));
    }

    /**
     * Fuses the user's face into the template. Waits for a free permit if the settings allow waiting.
     *
     * @param context cancels the request while it waits for a permit or for memory
     * @throws FuseException every error of {@link dev.facefuse.engine.problem.ErrorCode} that a picture, a face or memory can cause
     */
    FuseResult fuse(FuseRequest request, RequestContext context);

    /**
     * Finds the faces of a picture, exactly as a fusion would. It is queued and memory-checked like a fusion.
     *
     * @param picture encoded; read, never changed or kept
     * @param threshold lowest detection score of a face, 0.1 to 0.99
     * @param context cancels the request while it waits; no stages are reported
     * @throws FuseException as {@link #fuse(FuseRequest, RequestContext)}, except that a picture without a face is not an error
     */
    FacesFound faces(byte[] picture, float threshold, RequestContext context);

    /** Fuses only to measure; see {@link #fuse(FuseRequest, RequestContext)}. */
    ProfiledRun rehearse(FuseRequest request, RequestContext context);

    /**
     * Labels a picture that shows fused pictures, such as a contact sheet, in its metadata.
     *
     * @param picture encoded; not changed
     * @throws FuseException as {@link dev.facefuse.engine.picture.PictureHeader#read}
     */
    byte[] label(byte[] picture);

    /**
     * Rejects what {@link #fuse} would reject now because every permit and queue slot is taken. Reserves nothing.
     *
     * @throws FuseException {@code busy}
     */
    void checkCapacity();

    /** How long a fusion requested now would wait for its permit; zero if a permit is free. */
    Duration expectedWait();

    /**
     * Reserves memory of the host that a request allocates before its fusion begins, such as its body. The reservation counts against
     * {@link dev.facefuse.engine.memory.MemorySettings#hostLimitBytes()} until it is closed. Waits at most half a second for unused
     * memory to be released.
     *
     * @param bytes largest number of bytes that will be allocated, 0 or more
     * @return the caller closes it as soon as the memory is free again
     * @throws FuseException {@code busy} if other requests hold the memory, {@code out-of-memory} if there is not enough even without
     *     them
     */
    MemoryReservation reserve(long bytes);

    /**
     * Why this process cannot fuse any more; null while it can. A native library that failed to load once loads only after a restart of
     * the process.
     */
    @Nullable
    FuseException failure();

    /** Versions, device and pack of this engine. */
    EngineInfo info();

    /** Memory, queue and error counts of this engine now. */
    EngineMetrics metrics();

    /**
     * Advice if the Java heap can grow so large that it does not fit beside this engine within {@link
     * dev.facefuse.engine.memory.MemorySettings#hostLimitBytes()} or the memory there is; empty if it fits.
     */
    String heapAdvice();

    /** Diagnostics of this engine and its machine; takes some hundredths of a second. */
    Diagnostics diagnose();

    /** Waits for running fusions, then frees the models. */
    @Override
    void close();
}
