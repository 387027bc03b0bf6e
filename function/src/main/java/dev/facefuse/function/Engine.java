package dev.facefuse.function;

import dev.facefuse.engine.Diagnosis;
import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FacesFound;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.ProfiledRun;
import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Vitals;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the doors use of {@link FuseEngine}, and where tests put something quicker. Opened once, closed on the way out.
 */
public interface Engine extends AutoCloseable {

    /** See {@link FuseEngine#fuse(FuseRequest, ProgressListener)}. */
    FuseResult fuse(FuseRequest request, ProgressListener progress);

    /** See {@link FuseEngine#faces(byte[], float, ProgressListener)}. */
    FacesFound faces(byte[] picture, float threshold, ProgressListener progress);

    /** See {@link FuseEngine#failure()}. */
    default @Nullable FuseException failure() {
        return null;
    }

    /** See {@link FuseEngine#requireRoom()}. */
    void requireRoom();

    /** See {@link FuseEngine#reserve(long)}. */
    MemoryReservation reserve(long bytes);

    /** See {@link FuseEngine#expectedWait()}. */
    Duration expectedWait();

    /** See {@link FuseEngine#info()}. */
    EngineInfo info();

    /** See {@link FuseEngine#vitals()}. */
    Vitals vitals();

    /** See {@link FuseEngine#heapAdvice()}. */
    default String heapAdvice() {
        return "";
    }

    /** See {@link FuseEngine#diagnose()}. */
    Diagnosis diagnose();

    /** See {@link FuseEngine#rehearse(FuseRequest, ProgressListener)}. */
    ProfiledRun rehearse(FuseRequest request, ProgressListener progress);

    /** See {@link FuseEngine#label(byte[])}. */
    byte[] label(byte[] picture);

    @Override
    void close();

    /** See {@link FuseEngine#prepareProcess()}. */
    static void prepareProcess() {
        FuseEngine.prepareProcess();
    }

    /** See {@link FuseEngine#prepareProcess(EngineSettings)}. */
    static void prepareProcess(EngineSettings settings) {
        FuseEngine.prepareProcess(settings);
    }

    /** Opens the real one; see {@link FuseEngine#open(EngineSettings)}. */
    static Engine open(EngineSettings settings) {
        FuseEngine engine = FuseEngine.open(settings);
        return new Engine() {
            @Override
            public FuseResult fuse(FuseRequest request, ProgressListener progress) {
                return engine.fuse(request, progress);
            }

            @Override
            public FacesFound faces(byte[] picture, float threshold, ProgressListener progress) {
                return engine.faces(picture, threshold, progress);
            }

            @Override
            public @Nullable FuseException failure() {
                return engine.failure();
            }

            @Override
            public void requireRoom() {
                engine.requireRoom();
            }

            @Override
            public MemoryReservation reserve(long bytes) {
                return engine.reserve(bytes);
            }

            @Override
            public Duration expectedWait() {
                return engine.expectedWait();
            }

            @Override
            public EngineInfo info() {
                return engine.info();
            }

            @Override
            public Vitals vitals() {
                return engine.vitals();
            }

            @Override
            public String heapAdvice() {
                return engine.heapAdvice();
            }

            @Override
            public Diagnosis diagnose() {
                return engine.diagnose();
            }

            @Override
            public ProfiledRun rehearse(FuseRequest request, ProgressListener progress) {
                return engine.rehearse(request, progress);
            }

            @Override
            public byte[] label(byte[] picture) {
                return engine.label(picture);
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }
}
