package dev.facefuse.engine;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.Embedding;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.FacePair;
import dev.facefuse.engine.fusion.FusedFace;
import dev.facefuse.engine.fusion.Fusion;
import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.HostPeak;
import dev.facefuse.engine.picture.OutputResize;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.picture.Working;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Compositor;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.engine.retouch.SkinSmoothing;
import dev.facefuse.engine.retouch.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * From two pictures to one, step after step. Knows nothing of memory but that pictures are freed as early as they can be.
 */
final class Pipeline {
    /** Of the user's picture, which is only looked at: more pixels than this on the short edge show no more of a face. */
    private static final DecodeSize LOOKED_AT = DecodeSize.shortEdge(2048);

    /** Below this eye distance a face has too few pixels to say much about a person. */
    private static final double SMALL_FACE_PX = 18;

    // What is said of a face's place and score: more digits would be noise.
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1000;

    private final PictureLimits limits;
    private final FaceNetworks networks;
    private final Fusion fusion;
    private final Labelling labelling;
    private final PictureReader reader;
    private final PictureWriter writer = new PictureWriter();

    Pipeline(PictureLimits limits, FaceNetworks networks, Fusion fusion, Labelling labelling) {
        this.limits = limits;
        this.networks = networks;
        this.fusion = fusion;
        this.labelling = labelling;
        this.reader = new PictureReader(limits);
    }

    /** The fused picture, and what was found out on the way. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Outcome(
            byte[] picture,
            PictureFormat format,
            Report.Faces faces,
            Report.Similarity similarity,
            Report.Output output,
            List<Warning> warnings) {}

    /** A picture, its header read. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Source(String name, byte[] bytes, PictureHeader header, DecodeSize size) {
        HostPeak.Source cost() {
            return new HostPeak.Source(header, bytes.length, size);
        }

        private Encoded encoded() {
            return new Encoded(bytes, header.format(), header.shownWidth(), header.shownHeight());
        }
    }

    /** A request whose pictures have been looked at from outside. */
    record Sources(Source template, Source user, FuseOptions options, Stages stages, HostPeak.Fusing fusing) {
        /** What fusing them takes of the host's memory at most, beyond what is resident. */
        long hostPeakBytes() {
            return HostPeak.bytes(
                    template.cost(),
                    user.cost(),
                    options.output(),
                    options.retouching().bytesAPixel(),
                    fusing);
        }

        /** What takes how much of that. */
        HostPeak.Terms hostTerms() {
            return HostPeak.terms(
                    template.cost(),
                    user.cost(),
                    options.output(),
                    options.retouching().bytesAPixel(),
                    fusing);
        }
    }

    /**
     * Reads both headers.
     *
     * @param runningBytes by role, what its network takes of the host while it runs; 0 for one that runs elsewhere
     * @throws FuseException as {@link PictureHeader#read}; {@code bad-request} if the options ask for what the fusion cannot do
     */
    Sources look(FuseRequest request, ToLongFunction<String> runningBytes) {
        FuseOptions options = request.options();
        Stages stages = new Stages(fusion.steps(options.enhance()));
        Source template = source("template", request.template(), templateSize(options.output()));
        Source user = source("user", request.user(), LOOKED_AT);
        HostPeak.Fusing fusing = fusion.hostBytes(template.cost(), options.enhance(), runningBytes);
        return new Sources(template, user, options, stages, fusing);
    }

    /**
     * Reads the header of a picture whose faces are wanted and nothing else.
     *
     * @throws FuseException as {@link PictureHeader#read}
     */
    Source look(byte[] picture) {
        return source("picture", picture, LOOKED_AT);
    }

    private Source source(String name, byte[] bytes, DecodeSize size) {
        return named(name, () -> new Source(name, bytes, PictureHeader.read(bytes, limits), size));
    }

    /** Walks through the stages. */
    Outcome run(Sources sources, StageRecorder stages) {
        FuseOptions options = sources.options();
        FaceChoice choice = options.faces();
        List<Warning> warnings = new ArrayList<>();
        try (Picture template = stages.run(Stages.READ_TEMPLATE, () -> read(sources.template()))) {
            warnings.addAll(said(sources.template(), template));
            Found inTemplate = stages.run(
                    Stages.FIND_TEMPLATE_FACE,
                    () -> find(template, choice.templateFace(), choice.threshold(), "template", warnings));
            Embedding templateIdentity;
            Embedding userIdentity;
            int userFaces;
            try (Picture user = stages.run(Stages.READ_USER, () -> read(sources.user()))) {
                warnings.addAll(said(sources.user(), user));
                Found inUser = stages.run(
                        Stages.FIND_USER_FACE,
                        () -> find(user, choice.userFace(), choice.threshold(), "user", warnings));
                userFaces = inUser.count();
                List<Embedding> identities = stages.run(
                        Stages.EMBED, () -> List.of(embed(template, inTemplate.face()), embed(user, inUser.face())));
                templateIdentity = identities.get(0);
                userIdentity = identities.get(1);
                FacePair faces = new FacePair(template.bgr(), inTemplate.face(), user.bgr(), inUser.face());
                try (FusedFace fused = fusion.fuse(faces, options.enhance(), stages::run)) {
                    stages.run(Stages.PASTE, () -> paste(template, fused, options.blending()));
                    stages.run(Stages.RETOUCH, () -> retouch(template, inTemplate.face(), fused, options.retouching()));
                }
            }
            Embedding result = stages.run(
                    Stages.COMPARE,
                    () -> embed(template, locate(template, inTemplate.face().detection())));
            PictureFormat format = format(sources.template(), options.output());
            writer.warning(template, format).ifPresent(warnings::add);
            Encoded encoded = stages.run(Stages.WRITE, () -> write(template, format, options));
            Labelling.Labelled labelled = stages.run(
                    Stages.LABEL,
                    () -> labelling.apply(
                            encoded,
                            sources.template().encoded(),
                            sources.user().bytes()));
            warnings.addAll(labelled.warnings());
            return new Outcome(
                    labelled.picture(),
                    format,
                    new Report.Faces(inTemplate.count(), userFaces),
                    new Report.Similarity(result.similarity(userIdentity), result.similarity(templateIdentity)),
                    new Report.Output(encoded.width(), encoded.height(), format.extension()),
                    List.copyOf(warnings));
        }
    }

    /** All faces of a picture, in the pixels it is shown with, however few of them were decoded. */
    FacesFound faces(Source source, float threshold) {
        int width = source.header().shownWidth();
        int height = source.header().shownHeight();
        try (Picture picture = read(source);
                Working working = AdaptiveResize.apply(picture)) {
            double across = (double) width / picture.width();
            double down = (double) height / picture.height();
            List<FacesFound.Face> faces = new ArrayList<>();
            for (Detection face : networks.finder().find(working, threshold)) {
                Box box = face.box();
                faces.add(new FacesFound.Face(
                        faces.size(),
                        rounded(box.x() * across, TENTHS),
                        rounded(box.y() * down, TENTHS),
                        rounded(box.width() * across, TENTHS),
                        rounded(box.height() * down, TENTHS),
                        rounded(face.score(), THOUSANDTHS)));
            }
            return new FacesFound(width, height, faces);
        }
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }

    private Picture read(Source source) {
        return named(source.name(), () -> reader.read(source.bytes(), source.header(), source.size()));
    }

    /** A picture's warnings, each with its name. */
    private static List<Warning> said(Source source, Picture picture) {
        return picture.warnings().stream()
                .map(warning -> new Warning(warning.kind(), source.name() + ": " + warning.sentence()))
                .toList();
    }

    /** A refusal says which of the two pictures it was. */
    private static <T> T named(String name, Supplier<T> work) {
        try {
            return work.get();
        } catch (FuseException e) {
            throw new FuseException(e.code(), name + ": " + e.getMessage(), e);
        }
    }

    /** The chosen face of a picture, and how many there were to choose from. */
    private record Found(Face face, int count) {}

    private Found find(Picture picture, int index, float threshold, String name, List<Warning> warnings) {
        try (Working working = AdaptiveResize.apply(picture)) {
            working.warning().ifPresent(warnings::add);
            List<Detection> faces = networks.finder().find(working, threshold);
            Detection chosen = FaceChoice.choose(faces, index, name);
            Face face = locate(picture, chosen);
            if (face.mesh().eyeDistance() < SMALL_FACE_PX) {
                warnings.add(new Warning(
                        Warning.Kind.SMALL_FACE,
                        "The face in the " + name + " picture is only a few pixels wide; a closer photo gives a"
                                + " better result."));
            }
            return new Found(face, faces.size());
        }
    }

    private Face locate(Picture picture, Detection detection) {
        return new Face(detection, networks.meshes().estimate(picture.bgr(), detection));
    }

    private Embedding embed(Picture picture, Face face) {
        return networks.embedder().embed(picture.bgr(), face.mesh());
    }

    /** Lays the fused face over the template, in the template's own pixels. */
    private static void paste(Picture template, FusedFace fused, Blending blending) {
        fused.eachStrip((place, pixels, mask) -> {
            try (Mat strip = new Mat(template.bgr(), place)) {
                Compositor.blend(strip, pixels, mask, blending);
            }
        });
    }

    /** Retouches the fused face where it lies in the template. */
    private static void retouch(Picture template, Face face, FusedFace fused, Retouching retouching) {
        if (retouching.isNone()) {
            return;
        }
        try (Mat region = new Mat(template.bgr(), fused.region())) {
            SkinSmoothing.apply(
                    region, fused.skin(), retouching.skinSmooth(), face.mesh().eyeDistance());
            Tone.apply(region, fused.mask(), retouching);
        }
    }

    private static DecodeSize templateSize(OutputSettings output) {
        return output.longestEdge() == OutputSettings.ORIGINAL
                ? DecodeSize.full()
                : DecodeSize.shortEdge(Math.max(AdaptiveResize.SHORT_EDGE_LARGE_PX, output.longestEdge()));
    }

    private static PictureFormat format(Source template, OutputSettings output) {
        return output.format() != null ? output.format() : template.header().format();
    }

    private Encoded write(Picture fused, PictureFormat format, FuseOptions options) {
        try (Picture sized = OutputResize.apply(fused, options.output().longestEdge())) {
            labelling.mark(sized, options.mark());
            byte[] bytes = writer.write(sized, format, options.output().quality());
            return new Encoded(bytes, format, sized.width(), sized.height());
        }
    }
}
