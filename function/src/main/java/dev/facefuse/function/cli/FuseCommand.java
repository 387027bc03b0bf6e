package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOptionsInput;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultKeys;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.storage.StorageSettings;
import dev.facefuse.function.storage.UriStorage;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facefuse fuse}: two pictures in, one out; files, or objects by their URIs. */
@Command(name = "fuse", description = "Fuses the user's face into the template.", sortOptions = false)
final class FuseCommand implements Callable<Integer> {
    private final Doors doors;

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
            names = "--blend",
            paramLabel = "R",
            description = "0 gives the template back, 1 the fused face (default: 1).")
    private @Nullable Float blend;

    @Option(names = "--mode", paramLabel = "M", description = "normal, blend or overlay (default: normal).")
    private @Nullable String mode;

    @Option(names = "--skin-smooth", paramLabel = "S", description = "Skin smoothing, 0 to 1 (default: 0).")
    private @Nullable Float skinSmooth;

    @Option(names = "--brightness", paramLabel = "B", description = "Of the face, -0.5 to 0.5 (default: 0).")
    private @Nullable Float brightness;

    @Option(names = "--contrast", paramLabel = "C", description = "Of the face, -0.5 to 0.5 (default: 0).")
    private @Nullable Float contrast;

    @Option(names = "--saturation", paramLabel = "S", description = "Of the face, -0.5 to 0.5 (default: 0).")
    private @Nullable Float saturation;

    @Option(
            names = "--resolution",
            paramLabel = "N",
            description = "Longest edge of the result: original, 512, 1024 or 2048 (default: original).")
    private @Nullable String resolution;

    @Option(
            names = "--template-face",
            paramLabel = "I",
            description = "Which face, counted from left to right from 0 (default: the largest).")
    private @Nullable Integer templateFace;

    @Option(names = "--user-face", paramLabel = "I", description = "The same, in the user's picture.")
    private @Nullable Integer userFace;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description = "Score from which on something is a face, 0.1 to 0.99 (default: 0.5).")
    private @Nullable Float threshold;

    @Option(
            names = "--enhance",
            paramLabel = "E",
            description =
                    "With a pack that has an enhancer, whether it gives the face detail: auto, always or never; auto is"
                            + " from 100 pixels on (default: auto).")
    private @Nullable String enhance;

    @Option(names = "--format", paramLabel = "F", description = "Format of the result, whatever its name says.")
    private @Nullable String format;

    @Option(names = "--quality", paramLabel = "Q", description = "Of jpg and webp, 1 to 100 (default: 92).")
    private @Nullable Integer quality;

    @Option(
            names = "--mark",
            paramLabel = "M",
            description =
                    "Words on the result that say it is made: none, zh (AI生成) or en (AI-generated) (default: none).")
    private @Nullable String mark;

    @Option(
            names = "--mark-corner",
            paramLabel = "C",
            description = "top-left, top-right, bottom-left or bottom-right (default: bottom-right).")
    private @Nullable String markCorner;

    @Option(
            names = "--producer",
            paramLabel = "NAME",
            description = "Who makes the result, for the label in its metadata (default: facefuse).")
    private @Nullable String producer;

    @Option(names = "--no-label", description = "The result's metadata do not say that it is made.")
    private boolean noLabel;

    @Option(names = "--report", paramLabel = "R.json", description = "Where to write how the result came about.")
    private @Nullable FileOrUri report;

    @Mixin
    private EngineChoice choice = new EngineChoice();

    FuseCommand(Doors doors) {
        this.doors = doors;
    }

    @Override
    public Integer call() {
        FuseOptions options = options();
        FileOrUri reportPlace = report;
        if (reportPlace != null && reportPlace.isSameAs(out)) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "--report and --out name the same file; name two.");
        }
        EngineSettings settings = choice.settings().with(label());
        long maxBytes = settings.limits().maxBytes();
        try (UriStorage storage = UriStorage.open(StorageSettings.OF_THE_CALLER);
                Output picture = Output.open(out, storage);
                Output json = reportPlace == null ? null : Output.open(reportPlace, storage)) {
            FuseRequest request = new FuseRequest(
                    Input.read(template, storage, maxBytes), Input.read(user, storage, maxBytes), options);
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
            doors.terminal().out().println(Lines.result(out, result.report()));
        }
        return 0;
    }

    private FuseResult fuse(EngineSettings settings, FuseRequest request) {
        try (Progress progress = new Progress(doors.terminal(), "")) {
            progress.say("loading");
            try (Engine engine = doors.opener().apply(settings)) {
                return engine.fuse(request, progress);
            }
        }
    }

    private LabelSettings label() {
        LabelSettings label = LabelSettings.DEFAULT.withImplicit(!noLabel);
        return producer == null ? label : label.withProducer(producer);
    }

    private FuseOptions options() {
        return new FuseOptionsInput(
                        blend,
                        mode,
                        skinSmooth,
                        brightness,
                        contrast,
                        saturation,
                        resolution,
                        (format == null ? formatOf(out) : FuseOptionsInput.format(format)).extension(),
                        quality,
                        templateFace,
                        userFace,
                        threshold,
                        enhance,
                        mark,
                        markCorner)
                .toEngine();
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
