package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOptionCatalog;
import dev.facefuse.function.FuseOptionsInput;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultKeys;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.storage.StorageSettings;
import dev.facefuse.function.storage.UriStorage;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code facefuse fuse}: fuses two pictures, which are files or objects of a store, and writes the result. */
@Command(name = "fuse", description = "Fuses the user's face into the template.", sortOptions = false)
final class FuseCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(
            names = "--template",
            required = true,
            paramLabel = "T",
            description = "The picture that is kept: a path, file: or s3://bucket/key.")
    private FileOrUri template = FileOrUri.NONE;

    @Option(names = "--user", required = true, paramLabel = "U", description = "The picture whose face goes in.")
    private FileOrUri user = FileOrUri.NONE;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "O",
            description = "The result; its extension is its format: jpg, png, webp, bmp or tiff.")
    private FileOrUri out = FileOrUri.NONE;

    @Option(
            names = "--producer",
            paramLabel = "NAME",
            description = "Who makes the result, for the label in its metadata (default: facefuse).")
    private @Nullable String producer;

    @Option(names = "--no-label", description = "The result's metadata do not say that it is made.")
    private boolean noLabel;

    @Option(names = "--report", paramLabel = "R.json", description = "Where to write how the result came about.")
    private @Nullable FileOrUri report;

    @Spec
    private @Nullable CommandSpec spec;

    private final EngineOptions engineOptions = new EngineOptions();

    private FuseCommand(CliContext context) {
        this.context = context;
    }

    /** The command with its flags: files, the fusion's options, and the engine's options. */
    static CommandLine commandLine(CliContext context) {
        FuseCommand command = new FuseCommand(context);
        CommandLine commandLine = new CommandLine(command);
        OptionFlags.addTo(commandLine.getCommandSpec(), FuseOptionCatalog.ALL);
        commandLine.getCommandSpec().addMixin("engineOptions", CommandSpec.forAnnotatedObject(command.engineOptions));
        return commandLine;
    }

    @Override
    public Integer call() {
        FuseOptions options = options();
        FileOrUri reportPlace = report;
        if (reportPlace != null && reportPlace.isSameAs(out)) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "--report and --out name the same file; name two.");
        }
        EngineSettings settings = engineOptions.settings().with(label());
        long maxBytes = settings.limits().maxBytes();
        try (UriStorage storage = UriStorage.open(StorageSettings.OF_THE_CALLER);
                Output picture = Output.open(out, storage);
                Output json = reportPlace == null ? null : Output.open(reportPlace, storage)) {
            FuseRequest request =
                    new FuseRequest(template.read(storage, maxBytes), user.read(storage, maxBytes), options);
            FuseResult result = fuse(settings, request);
            NewObject fused =
                    new NewObject(result.picture(), result.format().mediaType(), ResultMetadata.of(result.report()));
            picture.prepare(fused);
            if (json != null) {
                json.prepare(new FuseJson(maxBytes).reportObject(result.report(), fused.metadata()));
            }
            picture.publish();
            if (json != null) {
                json.publish();
            }
            context.terminal().out().println(resultLine(out, result.report()));
        }
        return 0;
    }

    private FuseResult fuse(EngineSettings settings, FuseRequest request) {
        try (Progress progress = new Progress(context.terminal(), "")) {
            progress.say("loading");
            try (FuseEngine engine = context.opener().apply(settings)) {
                return engine.fuse(request, progress);
            }
        }
    }

    /** {@code out.jpg: 743x1155, 0.71 like the user, 0.32 like the template, 312 ms on cpu}. */
    static String resultLine(Object place, Report report) {
        return String.format(
                Locale.ROOT,
                "%s: %dx%d, %.2f like the user, %.2f like the template, %.0f ms on %s",
                place,
                report.output().width(),
                report.output().height(),
                report.similarity().user(),
                report.similarity().template(),
                report.millis(),
                report.device());
    }

    private LabelSettings label() {
        LabelSettings label = LabelSettings.DEFAULT.withImplicit(!noLabel);
        return producer == null ? label : label.withProducer(producer);
    }

    private FuseOptions options() {
        FuseOptionsInput options = OptionFlags.read(Objects.requireNonNull(spec), FuseOptionCatalog.ALL);
        return (options.get(FuseOptionCatalog.FORMAT) == null ? options.withFormat(formatOf(out)) : options).toEngine();
    }

    private static PictureFormat formatOf(FileOrUri place) {
        PictureFormat named = ResultKeys.format(place.name());
        if (named == null) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "--out " + place + " does not end in jpg, png, webp, bmp or tiff; rename it or add --format.");
        }
        return named;
    }
}
