package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.step.Allocation.Kind;
import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.MemoryCost;
import dev.facefuse.engine.step.Sizes;
import dev.facefuse.engine.step.Step;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A step that is one class and one line in the list is known everywhere. */
class FusionPipelineTest {
    private static final FuseRequest REQUEST =
            new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, FuseOptions.DEFAULT);
    private static final long MIRROR_BYTES = 3_000_000_000L;

    private static Networks networks;
    private static Steps steps;

    @BeforeAll
    static void open() {
        Packs packs = Packs.find("mesh");
        Place place = new Place(Device.CPU, Dtypes.all(Dtype.FLOAT32), DeviceMemory.of(Device.CPU), 1);
        networks = Networks.load(packs.uses(), place, MemorySettings.DEFAULT);
        Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);
        steps = new Steps(PictureLimits.DEFAULT, FaceNetworks.of(networks), packs.fusion(networks), labelling);
    }

    @AfterAll
    static void close() {
        networks.close();
    }

    /** Mirrors the template. */
    private static final class MirrorTemplate implements Step {
        @Override
        public String name() {
            return "mirror";
        }

        @Override
        public MemoryCost cost(Sizes sizes) {
            return MemoryCost.running("mirroring", MIRROR_BYTES, Kind.NATIVE);
        }

        @Override
        public void run(FusionContext context) {
            Mat template = context.template().picture().bgr();
            opencv_core.flip(template, template, 1);
        }
    }

    @Test
    void anAddedStepIsInTheReportInProgressAndInTheMemoryEstimate() {
        FusionPipeline usual = pipeline(steps::of);
        FusionPipeline longer = pipeline(options -> {
            List<Step> list = new ArrayList<>(steps.of(options));
            list.add(1, new MirrorTemplate());
            return list;
        });
        List<String> progress = new ArrayList<>();
        FusionPipeline.Prepared fusion = longer.prepare(REQUEST);

        FuseResult result = fusion.run((step, index, count) -> progress.add(step + " " + index + " of " + count));

        assertThat(result.report().stages())
                .extracting(Report.Stage::name)
                .startsWith("read-template", "mirror", "find-template-face")
                .hasSize(12);
        assertThat(result.report().stages().get(1).peakBytes()).isPositive();
        assertThat(progress)
                .startsWith("read-template 0 of 12", "mirror 1 of 12")
                .hasSize(12);
        assertThat(fusion.hostBytes()).isGreaterThan(MIRROR_BYTES);
        assertThat(usual.prepare(REQUEST).hostBytes()).isLessThan(MIRROR_BYTES);
        ProfiledRun.Stage explained = fusion.explain(result.report()).stages().get(1);
        assertThat(explained.largest()).isEqualTo("mirroring");
        assertThat(explained.largestBytes()).isEqualTo(MIRROR_BYTES);
        assertThat(result.picture())
                .isNotEqualTo(usual.prepare(REQUEST).run(ProgressListener.NONE).picture());
    }

    private static FusionPipeline pipeline(Function<FuseOptions, List<Step>> list) {
        return new FusionPipeline(list, PictureLimits.DEFAULT, networks, DeviceMemory.of(Device.CPU), "mesh 1.0.0");
    }
}
