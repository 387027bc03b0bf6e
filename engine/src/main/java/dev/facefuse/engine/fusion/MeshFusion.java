package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.remap;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.picture.NativeOwner;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Fuses faces by their meshes: the user's face is warped triangle by triangle onto the template's mesh, adapted to the template's
 * lighting, and blended in where the template shows a face. Runs on the CPU and needs no network but the mesh's.
 */
public final class MeshFusion implements Fusion {
    /** Margin around the meshes' bounds, in eye distances. */
    private static final double MARGIN = 0.35;

    /** Softness of the edge of a kept eye or mouth, in eye distances. */
    private static final double OPENING_SOFTNESS = 0.02;

    /** Softness of the edge of the eyes' region, in eye distances. */
    private static final double EYE_SOFTNESS = 0.03;

    /** The middle of the mask: where the mask, blurred by this many eye distances, is above {@link #MIDDLE_FROM}. */
    private static final double MIDDLE_SIGMA = 0.1;

    private static final double MIDDLE_FROM = 0.75;

    private final FaceTopology topology;
    private final MeshWarp warp;
    private final ShapeTransfer shape;
    private final HairDetector hair;

    /** A fusion with a pack's topology. */
    public MeshFusion(FaceTopology topology) {
        this.topology = topology;
        this.warp = new MeshWarp(topology);
        this.shape = new ShapeTransfer(topology);
        this.hair = new HairDetector(topology);
    }

    /**
     * Fuses the user's face into the template's.
     *
     * @return the caller's to close
     */
    public FusedFace fuse(FacePair faces) {
        Mat template = faces.template();
        Mat user = faces.user();
        Mesh templateFace = faces.templateFace().mesh();
        Mesh userFace = faces.userFace().mesh();
        Canvas canvas = Canvas.around(templateFace, MARGIN * templateFace.eyeDistance(), 1);
        Mesh templateMesh = canvas.toCanvas(templateFace);
        // A larger user is shrunk by area first: sampling it directly would alias.
        double userEyes = userFace.eyeDistance();
        Canvas userCanvas = Canvas.around(userFace, MARGIN * userEyes, templateMesh.eyeDistance() / userEyes);
        Mesh userMesh = userCanvas.toCanvas(userFace);
        try (Mat templatePixels = canvas.of(template);
                Mat userPixels = userCanvas.of(user)) {
            Layers layers = compose(templatePixels, templateMesh, userPixels, userCanvas.pictureBounds(user), userMesh);
            return toTemplate(layers, canvas, template, templatePixels);
        }
    }

    /** A fused canvas: Lab pixels, their opacity, and skin. */
    private record Layers(FloatImage lab, FloatImage mask, FloatImage skin) {}

    private Layers compose(Mat templatePixels, Mesh templateMesh, Mat userPixels, Box userPicture, Mesh userMesh) {
        int width = templatePixels.cols();
        int height = templatePixels.rows();
        double eyes = templateMesh.eyeDistance();
        Mesh target = shape.apply(templateMesh, userMesh);
        MeshWarp.Maps maps = warp.draw(target, userMesh, hair.vertexZones(), width, height);
        FaceRegions regions = new FaceRegions(topology, target, width, height);
        FloatImage features = regions.features();
        FloatImage hairZone = hair.zone(maps.vertexValues(), features);

        FloatImage templateLab = LabColour.fromBgr(templatePixels);
        Texture user = texture(userPixels, userPicture, maps);
        FloatImage templateSkin = hair.skin(templateLab, templateMesh, hairZone);
        FloatImage skin =
                templateSkin.times(hair.skin(user.lab(), target, hairZone)).times(user.shown());
        FloatImage mask = regions.outline().times(maps.cover()).times(hair.wellInside(skin, eyes));
        FloatImage kept = kept(regions, EyeMouthState.of(templateMesh, userMesh, topology));
        FloatImage seen = maps.cover().times(skin).without(kept);

        ToneTransfer.Bands templateBands =
                ToneTransfer.Bands.of(templateLab, maps.cover().times(templateSkin), eyes);
        ToneTransfer.Bands userBands = ToneTransfer.Bands.of(user.lab(), seen, eyes);
        FloatImage middle = mask.blurred(MIDDLE_SIGMA * eyes).step(MIDDLE_FROM, 1);
        ToneTransfer.AllowedPrefixes places =
                new ToneTransfer.AllowedPrefixes(seen, features, regions.eyes(EYE_SOFTNESS), middle);
        FloatImage lab = ToneTransfer.apply(templateBands, userBands, places, eyes);
        MembraneBlend.apply(lab, templateLab, mask, seen, eyes);
        FloatImage maskedSkin = mask.without(features);
        Grain.match(lab, templateLab, maskedSkin);

        return new Layers(lab, mask.without(kept), maskedSkin);
    }

    /**
     * The user's texture on the template's mesh, and the part of it that the user's picture shows.
     *
     * @param lab of the direct side, or the mirrored half where the user is turned away or cut off
     * @param shown 0 where the face leaves the user's picture and only its repeated border was found, else 1
     */
    private record Texture(FloatImage lab, FloatImage shown) {}

    private static Texture texture(Mat userPixels, Box picture, MeshWarp.Maps maps) {
        FloatImage lab = sample(userPixels, maps.directX(), maps.directY());
        FloatImage mirrored = sample(userPixels, maps.mirroredX(), maps.mirroredY());
        FloatImage shown = new FloatImage(lab.width(), lab.height(), 1);
        for (int i = 0; i < shown.pixels(); i++) {
            boolean direct =
                    picture.contains(maps.directX().data()[i], maps.directY().data()[i]);
            boolean other = picture.contains(
                    maps.mirroredX().data()[i], maps.mirroredY().data()[i]);
            float share = maps.mirrorShare().data()[i];
            if (direct != other) {
                share = other ? 1 : 0;
            }
            shown.data()[i] = direct || other || maps.cover().data()[i] == 0 ? 1 : 0;
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                lab.data()[c] += share * (mirrored.data()[c] - lab.data()[c]);
            }
        }
        return new Texture(lab, shown);
    }

    private static FloatImage sample(Mat pixels, FloatImage mapX, FloatImage mapY) {
        try (Mat x = mapX.toMat();
                Mat y = mapY.toMat();
                Mat sampled = new Mat();
                Scalar none = new Scalar()) {
            remap(pixels, sampled, x, y, INTER_CUBIC, BORDER_REPLICATE, none);
            return LabColour.fromBgr(sampled);
        }
    }

    /** The template's eyes and mouth that stay, 0 … 1. */
    private FloatImage kept(FaceRegions regions, EyeMouthState openings) {
        FloatImage kept = regions.nowhere();
        if (openings.keepsMouth()) {
            kept = kept.larger(regions.ring(topology.lipsInner(), OPENING_SOFTNESS));
        }
        if (openings.keepsEyes()) {
            kept = kept.larger(regions.eyes(OPENING_SOFTNESS));
        }
        return kept;
    }

    /** From the canvas to the template's own pixels: at once, or on demand if the face was fused at reduced scale. */
    private static FusedFace toTemplate(Layers layers, Canvas canvas, Mat template, Mat templatePixels) {
        return canvas.isFullScale()
                ? sameScale(layers, canvas, template)
                : reduced(layers, canvas, template, templatePixels);
    }

    private static FusedFace reduced(Layers layers, Canvas canvas, Mat template, Mat templatePixels) {
        try (NativeOwner owner = new NativeOwner()) {
            Rect region = owner.own(canvas.inside(template));
            ReducedFace face = new ReducedFace(
                    canvas,
                    owner.own(new Mat(template)),
                    owner.own(new Mat(templatePixels)),
                    owner.own(LabColour.toBgr(layers.lab())),
                    owner.own(layers.mask().toMat()),
                    owner.own(layers.skin().toMat()));
            return owner.transferTo(new FusedFace(region, face));
        }
    }

    private static FusedFace sameScale(Layers layers, Canvas canvas, Mat template) {
        try (NativeOwner owner = new NativeOwner();
                Mat pixels = LabColour.toBgr(layers.lab());
                Mat mask = layers.mask().toMat();
                Mat skin = layers.skin().toMat()) {
            Rect region = owner.own(canvas.inside(template));
            try (Rect inPiece =
                    new Rect(region.x() - canvas.left(), region.y() - canvas.top(), region.width(), region.height())) {
                return owner.transferTo(new FusedFace(
                        region,
                        owner.own(part(pixels, inPiece)),
                        owner.own(part(mask, inPiece)),
                        owner.own(part(skin, inPiece))));
            }
        }
    }

    private static Mat part(Mat mat, Rect rect) {
        try (Mat view = new Mat(mat, rect)) {
            return view.clone();
        }
    }
}
