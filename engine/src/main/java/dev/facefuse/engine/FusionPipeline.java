package dev.facefuse.engine;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.HostMemoryEstimator;
import dev.facefuse.engine.step.Sizes;
import dev.facefuse.engine.step.SourcePicture;
import dev.facefuse.engine.step.Step;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.ScriptModel;
import java.util.List;
import java.util.function.Function;

/**
 * Runs the list of steps for a request: checks both pictures' headers, estimates the host memory, runs the steps and writes the
 * report.
 *
 * <pre>{@code
 * FusionPipeline.Prepared fusion = pipeline.prepare(request);
 * try (Reservation reservation = budget.reserve(fusion.hostBytes())) {
 *     return fusion.run(progress);
 * }
 * }</pre>
 */
final class FusionPipeline {
    private final Function<FuseOptions, List<Step>> stepsFor;
    private final PictureLimits limits;
    private final Networks networks;
    private final DeviceMemory memory;
    private final String pack;

    /**
     * A pipeline over loaded networks.
     *
     * @param stepsFor gives the list of steps for a request's options
     * @param networks that the steps run
     * @param memory of the device that networks run on
     * @param pack name and version, for reports
     */
    FusionPipeline(
            Function<FuseOptions, List<Step>> stepsFor,
            PictureLimits limits,
            Networks networks,
            DeviceMemory memory,
            String pack) {
        this.stepsFor = stepsFor;
        this.limits = limits;
        this.networks = networks;
        this.memory = memory;
        this.pack = pack;
    }

    /**
     * Checks a request without decoding a pixel.
     *
     * @throws FuseException as {@link PictureHeader#read}; {@code bad-request} if the options ask for something that the pack
     *     cannot do
     */
    Prepared prepare(FuseRequest request) {
        FuseOptions options = request.options();
        List<Step> steps = stepsFor.apply(options);
        SourcePicture template = SourcePicture.template(request.template(), limits, options.output());
        SourcePicture user = SourcePicture.lookedAt("user", request.user(), limits);
        boolean onHost = networks.governor().forecast().plan() == Plan.HOST;
        Sizes sizes = new Sizes(template.memory(), user.memory(), role -> onHost ? networks.runningBytes(role) : 0);
        return new Prepared(steps, template, user, sizes);
    }

    /** A request that has been checked. */
    final class Prepared {
        private final List<Step> steps;
        private final SourcePicture template;
        private final SourcePicture user;
        private final Sizes sizes;

        private Prepared(List<Step> steps, SourcePicture template, SourcePicture user, Sizes sizes) {
            this.steps = steps;
            this.template = template;
            this.user = user;
            this.sizes = sizes;
        }

        /** The host memory that the fusion takes at most, beyond what is resident. */
        long hostBytes() {
            return HostMemoryEstimator.peakBytes(steps, sizes);
        }

        /** Runs the steps. */
        FuseResult run(ProgressListener progress) {
            FusionContext context = new FusionContext(template, user);
            try (MemoryGovernor<ScriptModel>.Session stay = networks.governor().begin()) {
                StepRunner runner = new StepRunner(steps, progress, memory, stay::stageDone);
                try (context) {
                    runner.run(context);
                }
                Encoded result = context.result();
                return new FuseResult(result.bytes(), result.format(), report(context, runner, stay));
            }
        }

        private Report report(FusionContext context, StepRunner runner, MemoryGovernor<ScriptModel>.Session stay) {
            Encoded result = context.result();
            return new Report(
                    Version.current(),
                    pack,
                    memory.device().toString(),
                    networks.dtype(stay.decision().plan()).jsonName(),
                    stay.decision().plan().label(),
                    stay.decision().why(),
                    stay.degraded(),
                    runner.millis(),
                    runner.stages(),
                    runner.memory(),
                    new Report.Faces(
                            context.template().faceCount(), context.user().faceCount()),
                    new Report.Similarity(
                            context.resultEmbedding().similarity(context.user().embedding()),
                            context.resultEmbedding()
                                    .similarity(context.template().embedding())),
                    new Report.Output(
                            result.width(), result.height(), result.format().extension()),
                    context.warnings());
        }

        /**
         * Explains the memory of a fusion that has run.
         *
         * @param report of that fusion
         */
        ProfiledRun explain(Report report) {
            MemoryBreakdown breakdown = new MemoryBreakdown(
                    networks.governor().footprint().roles(),
                    Plan.parse(report.plan()),
                    HostMemoryEstimator.steps(steps, sizes));
            List<ProfiledRun.Stage> stages = report.stages().stream()
                    .map(stage -> {
                        MemoryBreakdown.Item largest = breakdown.largest(stage.name());
                        return new ProfiledRun.Stage(
                                stage.name(), stage.millis(), stage.peakBytes(), largest.name(), largest.bytes());
                    })
                    .toList();
            return new ProfiledRun(report, stages);
        }
    }
}
