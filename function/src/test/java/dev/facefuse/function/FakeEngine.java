package dev.facefuse.function;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FacesFound;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.ProfiledRun;
import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine without networks: "fuses" by joining the bytes, unless a test tells it to do something else. */
public final class FakeEngine implements FuseEngine {
    public static final Report REPORT = new Report(
            "0.1.0",
            "mesh 1.0.0",
            "cpu",
            "float32",
            "host",
            "the networks run on the host",
            false,
            312.4,
            List.of(new Report.Stage("detect", 20.5, 1000)),
            new Report.Memory(1, 3, 2, 4),
            new Report.Faces(1, 2),
            new Report.Similarity(0.71, 0.32),
            new Report.Output(743, 1155, "jpg"),
            List.of(new Warning(Warning.Kind.LARGE_PICTURE, "Größe")));

    /** Each figure another. */
    public static final EngineMetrics METRICS = new EngineMetrics(
            new EngineMetrics.Memory("cuda:0", 1000, 200, 300, 400, 500),
            new EngineMetrics.Memory("cpu", 10_000, 2000, 3000, 4000, 5000),
            new EngineMetrics.Admission(7, 8, 9, 10),
            1,
            2,
            6,
            3,
            4,
            5);

    /** The bytes that are reserved now. */
    public final AtomicLong reservedBytes = new AtomicLong();

    /** The exception that refuses a reservation; null to grant it. */
    public volatile @Nullable FuseException reservation;

    /** The default progress of a fusion. */
    public static final Consumer<ProgressListener> STAGES = progress -> {
        progress.onStage("detect", 0, 2);
        progress.onStageDone(new Report.Stage("detect", 20.5, 1000));
        progress.onStage("warp", 1, 2);
        progress.onStageDone(new Report.Stage("warp", 3.5, 2000));
    };

    public volatile UnaryOperator<Diagnostics> diagnosis = UnaryOperator.identity();
    public volatile @Nullable EngineSettings settings;
    public volatile @Nullable FuseRequest request;
    public volatile Duration expectedWait = Duration.ZERO;
    public volatile boolean closed;
    public volatile String heapAdvice = "";
    public final AtomicInteger metricsComputed = new AtomicInteger();
    public volatile @Nullable FuseException room;
    public volatile @Nullable FuseException failure;
    public volatile UnaryOperator<FuseResult> then = UnaryOperator.identity();
    public volatile Consumer<ProgressListener> stages = STAGES;

    /** Stands for {@code FuseEngine::open}. */
    public FuseEngine open(EngineSettings with) {
        settings = with;
        closed = false;
        return this;
    }

    @Override
    public @Nullable FuseException failure() {
        return failure;
    }

    @Override
    public FuseResult fuse(FuseRequest with, RequestContext context) {
        request = with;
        stages.accept(context.progress());
        PictureFormat format = with.options().output().format();
        byte[] picture = (new String(with.template(), StandardCharsets.ISO_8859_1) + "+"
                        + new String(with.user(), StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        return then.apply(new FuseResult(picture, format == null ? PictureFormat.JPEG : format, REPORT));
    }

    /** In every picture two faces, one of them over its edge; none of it from a threshold of 0.9 on. */
    @Override
    public FacesFound faces(byte[] picture, float threshold, RequestContext context) {
        checkCapacity();
        List<FacesFound.Face> faces = List.of(
                new FacesFound.Face(0, -4.5, 20, 100, 110, 0.875), new FacesFound.Face(1, 300, 40, 120, 130, 0.75));
        return new FacesFound(743, picture.length, threshold < 0.9f ? faces : List.of());
    }

    @Override
    public String heapAdvice() {
        return heapAdvice;
    }

    @Override
    public void checkCapacity() {
        FuseException none = room;
        if (none != null) {
            throw none;
        }
    }

    @Override
    public MemoryReservation reserve(long bytes) {
        FuseException none = reservation;
        if (none != null) {
            throw none;
        }
        reservedBytes.addAndGet(bytes);
        return () -> reservedBytes.addAndGet(-bytes);
    }

    @Override
    public Duration expectedWait() {
        return expectedWait;
    }

    @Override
    public EngineInfo info() {
        return new EngineInfo(
                "0.1.0",
                "2.10.0",
                "4.13.0",
                "AVX512",
                true,
                2,
                false,
                0,
                "cpu",
                "mesh 1.0.0",
                List.of(new EngineInfo.Role("mesh", "mesh.pt", "float16", "float32", 2 << 20)),
                100 << 20,
                200 << 20);
    }

    @Override
    public EngineMetrics metrics() {
        metricsComputed.incrementAndGet();
        return METRICS;
    }

    @Override
    public Diagnostics diagnose() {
        return diagnosis.apply(new Diagnostics(
                info(),
                List.of(),
                METRICS,
                new Diagnostics.Allocator(
                        6,
                        7,
                        -1,
                        -1,
                        "max_split_size_mb:128",
                        "ours",
                        "PYTORCH_ALLOC_CONF",
                        false,
                        "there is no CUDA device"),
                "host",
                "the networks run on the host",
                List.of(new Diagnostics.Network(
                        "mesh", "whole", "mesh.pt", "float16", "float32", 2, 2_000_000, 4_000_000, List.of())),
                List.of(new Diagnostics.Card(1_000_000_000, "staged", 30_000_000, 1, "staged needs 30 MB: staged")),
                List.of()));
    }

    @Override
    public ProfiledRun rehearse(FuseRequest with, RequestContext context) {
        FuseResult result = fuse(with, context);
        return new ProfiledRun(
                result.report(),
                List.of(new ProfiledRun.Stage("detect", 20.5, 123_000_000, "activations of mesh", 4_000_000)));
    }

    @Override
    public byte[] label(byte[] picture) {
        return picture;
    }

    @Override
    public void close() {
        closed = true;
    }
}
