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
import java.util.function.Supplier;
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

/** The Java half of a UNet fusion with a template of 2000×3000. In the engine's package for the sake of its steps. */
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
    private FusedLayer layer;
    private FusedFace fused;
    private LayeredFace layers;
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
        layer = new FusedLayer(
                new Planes(3, Alignment.FUSED_PX, small).mapped(127.5f, 127.5f, 0, 255),
                SoftMask.read(pack.asset("mask")),
                Alignment.toFused(points()));
        byte[] bgr = new byte[LARGE];
        new Random(2).nextBytes(bgr);
        EnhancedLayer upper = new EnhancedLayer(bgr, Alignment.toEnhanced(points()));
        layers = new LayeredFace(List.of(layer, upper), faces.templateFace().mesh(), found.topology());
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
        return fusion.fuse(faces, Enhance.ALWAYS, new Fusion.Steps() {
            @Override
            public <T> T run(String name, Supplier<T> step) {
                return step.get();
            }
        });
    }

    /** All before the paste: crops of both faces, their resizes and projections, and both networks' pictures as layers. */
    @Benchmark
    public int crops() {
        try (FusedFace face = fused()) {
            return face.region().width();
        }
    }

    /** Of these the template's crop of 256×256. */
    @Benchmark
    public Object generatorsCrop() {
        return pixels.crop(Alignment.toFused(points()), Alignment.FUSED_PX);
    }

    /** Of these the crop of 1024×1024 from the template with the fused face laid over it. */
    @Benchmark
    public Object enhancersCrop() {
        return new LaidOver(pixels, layer).crop(Alignment.toEnhanced(points()), Alignment.ENHANCED_PX);
    }

    /** Laying both layers over the template, strip by strip. */
    @Benchmark
    public Mat paste() {
        fused.eachStrip((place, strip, mask) -> {
            try (Mat below = new Mat(template, place)) {
                Compositor.blend(below, strip, mask, Blending.DEFAULT);
            }
        });
        return template;
    }

    /** Of this the layers' pixels, all at once. */
    @Benchmark
    public int layersPixels() {
        try (Mat all = layers.pixels(fused.region())) {
            return all.rows();
        }
    }

    /** Of this the layers' mask, all at once. */
    @Benchmark
    public int layersMask() {
        try (Mat all = layers.mask(fused.region())) {
            return all.rows();
        }
    }

    /** Of this the blending, all at once. */
    @Benchmark
    public Mat blending() {
        Rect place = fused.region();
        try (Mat below = new Mat(template, place)) {
            Compositor.blend(below, fused.pixels(), fused.mask(), Blending.DEFAULT);
        }
        return template;
    }

    /** A picture of 1024×1024 to libtorch and back: what the enhancer's input and output take. */
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
