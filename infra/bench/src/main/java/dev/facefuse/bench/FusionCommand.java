package dev.facefuse.bench;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.TimedPipeline;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ProcessNative;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench fusion}: whole fusions with a template of 2000×3000. */
@Command(
        name = "fusion",
        description = "Whole fusions: time around the networks, peak memory, what bfloat16 does to the picture.",
        sortOptions = false)
final class FusionCommand implements Callable<Integer> {
    private static final int WARM_UP = 2;
    private static final String SKIPPED = "skipped: this processor does not compute in it";

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "That count (default: 5).")
    private int rounds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "(default: 2)")
    private int threads;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProcessNative.setEnvironment("OMP_NUM_THREADS", Integer.toString(threads));
        Origin origin = options.origin();
        Machine machine = origin.machine();
        byte[] template = SamplePictures.template();
        byte[] user = SamplePictures.user();
        List<FusionReport.Warm> warm = new ArrayList<>();
        List<FusionReport.CommandLine> commandLine = new ArrayList<>();
        Map<Dtype, byte[]> pictures = new LinkedHashMap<>();
        for (Dtype dtype : List.of(Dtype.FLOAT32, Dtype.BFLOAT16)) {
            boolean fast = dtype == Dtype.FLOAT32 || machine.hasBfloat16();
            commandLine.add(
                    fast
                            ? new CommandLineFusion(options, options.pack(), threads).run(dtype, template, user)
                            : new FusionReport.CommandLine(dtype.jsonName(), 0, 0, SKIPPED));
            System.err.println("fusing in " + dtype.jsonName());
            try (TimedPipeline pipeline = TimedPipeline.open(options.pack(), dtype)) {
                if (fast) {
                    warm.add(warm(pipeline, dtype, new FuseRequest(template, user, FuseOptions.DEFAULT)));
                }
                pictures.put(
                        dtype,
                        SamplePictures.pixels(pipeline.fuse(new FuseRequest(template, user, losslessly()))
                                .picture()));
            }
        }
        FusionReport report =
                new FusionReport(origin, threads, warm, commandLine, psnr(pictures, SamplePictures.pixels(template)));
        options.publish("fusion", report);
        return 0;
    }

    private static FuseOptions losslessly() {
        OutputSettings png = new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.PNG, 100);
        return new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, png);
    }

    private FusionReport.Warm warm(TimedPipeline pipeline, Dtype dtype, FuseRequest request) {
        List<TimedPipeline.Timing> timings = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        for (int i = 0; i < WARM_UP + rounds; i++) {
            TimedPipeline.Timing timing = pipeline.fuse(request);
            if (i >= WARM_UP) {
                timings.add(timing);
                copies.add(pipeline.copyMillis());
            }
        }
        return new FusionReport.Warm(
                dtype.jsonName(),
                rounds,
                medians(timings, TimedPipeline.Timing::stages),
                medians(timings, TimedPipeline.Timing::networks),
                Spread.of(copies).median());
    }

    private static Map<String, Double> medians(
            List<TimedPipeline.Timing> timings, Function<TimedPipeline.Timing, Map<String, Double>> figures) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : figures.apply(timings.get(0)).keySet()) {
            List<Double> all = timings.stream()
                    .map(timing -> figures.apply(timing).getOrDefault(name, 0.0))
                    .toList();
            medians.put(name, Spread.of(all).median());
        }
        return medians;
    }

    private static FusionReport.Psnrs psnr(Map<Dtype, byte[]> pictures, byte[] template) {
        byte[] rough = pictures.getOrDefault(Dtype.BFLOAT16, new byte[0]);
        byte[] fine = pictures.getOrDefault(Dtype.FLOAT32, new byte[0]);
        return new FusionReport.Psnrs(Psnr.between(rough, fine), Psnr.whereChanged(rough, fine, template));
    }
}
