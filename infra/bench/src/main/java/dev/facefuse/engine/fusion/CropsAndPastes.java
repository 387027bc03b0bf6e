package dev.facefuse.engine.fusion;

import dev.facefuse.bench.SamplePictures;
import dev.facefuse.engine.SampleFaces;
import dev.facefuse.engine.face.FivePoints;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Compositor;
import dev.facefuse.nativelib.TensorScope;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The part of a UNet fusion that runs in Java, with a template of 2000×3000. It is in the engine's package because it measures
 * package-private classes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before anything else.
public class CropsAndPastes {
    private static final int SMALL = 3 * Alignment.FUSED_PX * Alignment.FUSED_PX;
    private static final int LARGE = 3 * Alignment.ENHANCED_PX * Alignment.ENHANCED_PX;

    private Mat template;
    private Mat user;
    private FacePair faces;
    private UnetFusion fusion;
    private PixelSource pixels;
    private GeneratorLayer layer;
    private FusedFace fused;
    private LayerStack layers;
    private float[] large;

    /** Finds the faces and fuses them once. */
    @Setup
    public void fuse() throws IOException {
        template = SamplePictures.decoded(SamplePictures.template());
        user = SamplePictures.decoded(SamplePictures.user());
        SampleFaces found = SampleFaces.find(template, user);
        faces = found.faces();
        large = noise(LARGE);
        float[] small = noise(SMALL);
        ModelPack pack = ModelPack.embedded("damo-unet-skeleton");
        fusion = new UnetFusion(
                new InstantNetworks(small, large),
                FaceModel.read(pack.asset("face-model")),
                pack.asset("mask"),
                found.topology());
        pixels = new PicturePixels(template);
        layer = new GeneratorLayer(
                new Planes(3, Alignment.FUSED_PX, small).mapped(127.5f, 127.5f, 0, 255),
                FeatherMask.read(pack.asset("mask")),
                Alignment.toFused(points()));
        byte[] bgr = new byte[LARGE];
        new Random(2).nextBytes(bgr);
        EnhancerLayer upper = new EnhancerLayer(bgr, Alignment.toEnhanced(points()));
        layers = new LayerStack(List.of(layer, upper), faces.templateFace().mesh(), found.topology());
        fused = fused();
    }

    private FivePoints points() {
        return faces.templateFace().fivePoints();
    }

    private static float[] noise(int size) {
        Random random = new Random(1);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private FusedFace fused() {
        GeneratedFace face = fusion.begin(faces);
        face.extractIdentity();
        face.transferShape();
        face.generate();
        face.enhance();
        return face.assemble();
    }

    /** Everything before the paste: crops of both faces, their resizes and projections, and the layers of both networks. */
    @Benchmark
    public int crops() {
        try (FusedFace face = fused()) {
            return face.region().width();
        }
    }

    /** The generator's crop, 256×256: a part of {@link #crops}. */
    @Benchmark
    public Object generatorsCrop() {
        return pixels.crop(Alignment.toFused(points()), Alignment.FUSED_PX);
    }

    /** The enhancer's crop, 1024×1024, from the template with the fused face over it: a part of {@link #crops}. */
    @Benchmark
    public Object enhancersCrop() {
        return new CompositeImage(pixels, layer).crop(Alignment.toEnhanced(points()), Alignment.ENHANCED_PX);
    }

    /** Blends both layers into the template, strip by strip. */
    @Benchmark
    public Mat paste() {
        fused.eachStrip((place, strip, mask) -> {
            try (Mat below = new Mat(template, place)) {
                Compositor.blend(below, strip, mask, Blending.DEFAULT);
            }
        });
        return template;
    }

    /** The layers' pixels, all at once: a part of {@link #paste}. */
    @Benchmark
    public int layersPixels() {
        try (Mat all = layers.pixels(fused.region())) {
            return all.rows();
        }
    }

    /** The layers' mask, all at once: a part of {@link #paste}. */
    @Benchmark
    public int layersMask() {
        try (Mat all = layers.mask(fused.region())) {
            return all.rows();
        }
    }

    /** Blending, all at once: a part of {@link #paste}. */
    @Benchmark
    public Mat blending() {
        Rect place = fused.region();
        try (Mat below = new Mat(template, place)) {
            Compositor.blend(below, fused.pixels(), fused.mask(), Blending.DEFAULT);
        }
        return template;
    }

    /** Copies a picture of 1024×1024 to libtorch and back, as for the enhancer's input and output. */
    @Benchmark
    public float[] tensorCopies() {
        try (TensorScope scope = TensorScope.open()) {
            return scope.floats(large, 1, 3, Alignment.ENHANCED_PX, Alignment.ENHANCED_PX)
                    .toFloats();
        }
    }

    /** Frees pictures. */
    @TearDown
    public void close() {
        fused.close();
        template.close();
        user.close();
    }
}
