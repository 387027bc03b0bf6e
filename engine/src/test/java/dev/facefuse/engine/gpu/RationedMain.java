package dev.facefuse.engine.gpu;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.nativelib.AllocatorSettings;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fuses three times in a process that may reserve only a small part of the card: before, while and after something in the same
 * process takes all of that part once the plan is made. libtorch's own allocator then refuses. Says how it went in lines
 * {@code name=value}.
 */
final class RationedMain {
    private static final Device CARD = Device.cuda(0);

    private RationedMain() {}

    /** Takes the part of the card, above 0 and below 1. */
    public static void main(String[] arguments) {
        AllocatorSettings allocator = AllocatorSettings.DEFAULT.withMemoryFraction(Double.parseDouble(arguments[0]), 0);
        MemorySettings rationed = new MemorySettings(Plan.RESIDENT, 0, CacheTrimPolicy.NEVER, allocator, 0);
        EngineSettings settings =
                EngineSettings.DEFAULT.with("mesh", CARD.toString()).with(rationed);
        try (FuseEngine engine = FuseEngine.open(settings)) {
            DeviceMemory memory = DeviceMemory.of(CARD);
            say("readBack", Libtorch.load().allocator().readBack());
            say("free", memory.free());
            say("before", engine.fuse(FusionsTest.REQUEST).report());
            say("starved", engine.fuse(FusionsTest.REQUEST, new Hunger(memory)).report());
            say("after", engine.fuse(FusionsTest.REQUEST).report());
            say("fell", engine.metrics().outOfMemory());
        }
        DeviceMemory memory = DeviceMemory.of(CARD);
        memory.emptyCache();
        say("left", memory.allocated());
    }

    private static void say(String name, Report report) {
        say(name + ".plan", report.plan());
        say(name + ".why", report.planReason());
        say(name + ".degraded", report.degraded());
    }

    @SuppressWarnings("SystemOut") // Another process reads the output.
    private static void say(String name, Object value) {
        System.out.println(name + "=" + value);
    }

    /** Takes all there is from before the first network runs until after the last. */
    private static final class Hunger implements ProgressListener {
        private static final int[] BLOCK_BYTES = {8 << 20, 2 << 20, 256 << 10, 16 << 10};

        private final DeviceMemory memory;
        private @Nullable TensorScope taken;

        Hunger(DeviceMemory memory) {
            this.memory = memory;
        }

        @Override
        public void onStage(String stage, int index, int count) {
            if (stage.equals("find-template-face")) {
                memory.emptyCache();
                taken = TensorScope.open();
                for (int bytes : BLOCK_BYTES) {
                    takeAll(taken, bytes / Float.BYTES);
                }
            } else if (stage.equals("write")) {
                Objects.requireNonNull(taken).close();
            }
        }

        private static void takeAll(TensorScope scope, int elements) {
            Tensor onHost = scope.floats(new float[elements], elements);
            try {
                while (true) {
                    scope.to(onHost, CARD, Dtype.FLOAT32);
                }
            } catch (NativeException e) {
                if (e.kind() != NativeException.Kind.OUT_OF_MEMORY) {
                    throw e;
                }
            }
        }
    }
}
