package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_16S;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.remap;

import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Fuses faces by their meshes: the user's face is warped triangle by triangle onto the template's mesh, put into the template's
 * light, and shown where the template shows a face. Runs on the CPU and needs no network beyond the mesh.
 */
public final class MeshFusion implements Fusion {
    /** Around the meshes' bounds, in eye distances. */
    private static final double MARGIN = 0.35;

    private static final float GRAIN_SHARE = 0.5f;

    /** Hair is told from skin a little beyond where it is seen, so that no strand's edge is left. */
    static double HAIR_SIGMA = 0.04;

    static double USER_HAIR_SIGMA = Double.parseDouble(System.getProperty("uhair", "0.1"));

    private static final Mat NO_MASK = new Mat();

    private final FaceTopology topology;
    private final MeshWarp warp;
    private final ShapeTransfer shape;
    private final double[] hairZone;

    /** A fusion over a pack's topology. */
    public MeshFusion(FaceTopology topology) {
        this.topology = topology;
        this.warp = new MeshWarp(topology);
        this.shape = new ShapeTransfer(topology);
        this.hairZone = hairZone(topology);
    }

    @Override
    public FusedFace fuse(Mat template, Face templateFace, Mat user, Face userFace) {
        double templateEyes = templateFace.mesh().eyeDistance();
        double userEyes = userFace.mesh().eyeDistance();
        Canvas canvas = Canvas.around(templateFace.mesh(), MARGIN * templateEyes, 1);
        Mesh templateMesh = canvas.toCanvas(templateFace.mesh());
        // A larger user is shrunk by area first: sampling it directly would alias.
        Canvas userCanvas = Canvas.around(userFace.mesh(), MARGIN * userEyes, templateMesh.eyeDistance() / userEyes);
        Mesh userMesh = userCanvas.toCanvas(userFace.mesh());
        try (Mat templatePiece = canvas.cut(template);
                Mat templatePixels = canvas.shrink(templatePiece);
                Mat userPiece = userCanvas.cut(user);
                Mat userPixels = userCanvas.shrink(userPiece)) {
            Layers layers = compose(templatePixels, templateMesh, userPixels, userMesh);
            return toTemplate(layers, canvas, template, templatePiece, templatePixels);
        }
    }

    /** A fused canvas: Lab pixels, where they show, where they are skin. */
    private record Layers(FloatImage lab, FloatImage mask, FloatImage skin) {}

    private Layers compose(Mat templatePixels, Mesh templateMesh, Mat userPixels, Mesh userMesh) {
        int width = templatePixels.cols();
        int height = templatePixels.rows();
        double eyes = templateMesh.eyeDistance();
        Mesh target = shape.apply(templateMesh, userMesh);
        MeshWarp.Maps maps = warp.draw(target, userMesh, hairZone, width, height);
        FaceRegions regions = new FaceRegions(topology, target, width, height);

        FloatImage templateLab = LabColour.fromBgr(templatePixels);
        FloatImage userLab = texture(userPixels, maps);
        FloatImage features = regions.features();
        FloatImage zone = without(maps.vertexZone(), features);
        FloatImage bothSkin = product(likelihood(templateLab, templateMesh, zone), likelihood(userLab, target, zone));
        FloatImage seen = product(maps.cover(), bothSkin);

        ToneTransfer.Bands templateBands = ToneTransfer.Bands.of(templateLab, seen, eyes);
        ToneTransfer.Bands userBands = ToneTransfer.Bands.of(userLab, seen, eyes);
        FloatImage lab = ToneTransfer.apply(templateBands, userBands, seen, features);

        FloatImage mask = product(regions.outline(), insideSkin(bothSkin, HAIR_SIGMA * eyes));
        if (!Boolean.getBoolean("nomem")) SeamMembrane.apply(lab, templateLab, mask, seen, eyes);
        if (!Boolean.getBoolean("nograin")) Grain.match(lab, templateLab, without(mask, features));
        keepOpenings(mask, regions, Openings.of(templateMesh, userMesh, topology));
        return new Layers(lab, mask, without(mask, features));
    }

    /** The user's texture on the template's mesh, in Lab; the mirrored half where the user is turned away. */
    private static FloatImage texture(Mat userPixels, MeshWarp.Maps maps) {
        FloatImage direct = sample(userPixels, maps.directX(), maps.directY());
        FloatImage mirrored = sample(userPixels, maps.mirroredX(), maps.mirroredY());
        for (int i = 0; i < direct.pixels(); i++) {
            float share = maps.mirrorShare().data()[i];
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                direct.data()[c] += share * (mirrored.data()[c] - direct.data()[c]);
            }
        }
        return direct;
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

    /** 1 on skin, 0 on hair; looks only where hair may fall into a face. */
    private static FloatImage likelihood(FloatImage lab, Mesh mesh, FloatImage zone) {
        SkinModel model = new SkinModel(lab, mesh);
        FloatImage skin = new FloatImage(lab.width(), lab.height(), 1);
        for (int i = 0; i < skin.pixels(); i++) {
            double likelihood = model.likelihood(lab.data()[3 * i], lab.data()[3 * i + 1], lab.data()[3 * i + 2]);
            skin.data()[i] = (float) (1 - zone.data()[i] * (1 - likelihood));
        }
        return skin;
    }

    /** Softly 1 well inside the skin: on the blurred edge, below one half is still hair. */
    private static FloatImage insideSkin(FloatImage skin, double sigma) {
        FloatImage inside = blur(skin, Math.max(0.8, sigma));
        for (int i = 0; i < inside.pixels(); i++) {
            inside.data()[i] = (float) Smoothstep.between(0.5, 0.95, inside.data()[i]);
        }
        return inside;
    }

    private void keepOpenings(FloatImage mask, FaceRegions regions, Openings openings) {
        keep(mask, regions, topology.lipsInner(), openings.mouth());
        keep(mask, regions, topology.leftEye(), openings.leftEye());
        keep(mask, regions, topology.rightEye(), openings.rightEye());
    }

    private static void keep(FloatImage mask, FaceRegions regions, int[] ring, double share) {
        if (share == 0) {
            return;
        }
        FloatImage opening = regions.ring(ring, 0.02);
        for (int i = 0; i < mask.pixels(); i++) {
            mask.data()[i] *= (float) (1 - share * opening.data()[i]);
        }
    }

    /** From the canvas to the template's own pixels. */
    private static FusedFace toTemplate(
            Layers layers, Canvas canvas, Mat template, Mat templatePiece, Mat templatePixels) {
        Rect region = canvas.inside(template);
        try (Mat small = LabColour.toBgr(layers.lab());
                Mat pixels = canvas.enlarge(small, INTER_CUBIC);
                Mat smallMask = layers.mask().toMat();
                Mat mask = canvas.enlarge(smallMask, INTER_LINEAR);
                Mat smallSkin = layers.skin().toMat();
                Mat skin = canvas.enlarge(smallSkin, INTER_LINEAR);
                Rect inPiece = new Rect(
                        region.x() - canvas.left(), region.y() - canvas.top(), region.width(), region.height())) {
            if (!canvas.isFullScale()) {
                addFinestBand(pixels, templatePiece, templatePixels, canvas);
            }
            return new FusedFace(region, part(pixels, inPiece), part(mask, inPiece), part(skin, inPiece));
        }
    }

    /** What the canvas was too small to hold of the template's grain: {@code pixels += share·(piece − enlarged canvas)}. */
    private static void addFinestBand(Mat pixels, Mat templatePiece, Mat templatePixels, Canvas canvas) {
        try (Mat coarse = canvas.enlarge(templatePixels, INTER_CUBIC);
                Mat band = new Mat()) {
            addWeighted(templatePiece, GRAIN_SHARE, coarse, -GRAIN_SHARE, 0, band, CV_16S);
            add(pixels, band, pixels, NO_MASK, CV_8U);
        }
    }

    private static Mat part(Mat mat, Rect rect) {
        try (Mat view = new Mat(mat, rect)) {
            return view.clone();
        }
    }

    private static FloatImage blur(FloatImage image, double sigma) {
        try (Mat mat = image.toMat();
                Mat blurred = new Mat();
                Size automatic = new Size(0, 0)) {
            GaussianBlur(mat, blurred, automatic, sigma, sigma, BORDER_REPLICATE, 0);
            return FloatImage.of(blurred);
        }
    }

    private static FloatImage product(FloatImage a, FloatImage b) {
        FloatImage result = new FloatImage(a.width(), a.height(), 1);
        for (int i = 0; i < result.pixels(); i++) {
            result.data()[i] = a.data()[i] * b.data()[i];
        }
        return result;
    }

    private static FloatImage without(FloatImage a, FloatImage b) {
        FloatImage result = new FloatImage(a.width(), a.height(), 1);
        for (int i = 0; i < result.pixels(); i++) {
            result.data()[i] = a.data()[i] * (1 - b.data()[i]);
        }
        return result;
    }

    /** Where hair may fall into a face: above the brows and at the temples, from the canonical face (centimetres). */
    private static double[] hairZone(FaceTopology topology) {
        double[] zone = new double[Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            double x = Math.abs(topology.vertices()[i][0]);
            double y = topology.vertices()[i][1];
            double forehead = Smoothstep.between(4.2, 5.2, y);
            double temple = Smoothstep.between(5.0, 6.5, x) * Smoothstep.between(-7, -4, y);
            zone[i] = Math.max(forehead, temple);
        }
        return zone;
    }
}
