package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.FakeUnet;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureMemory;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.picture.ResultMemory;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.engine.step.Allocation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostMemoryEstimatorTest {
    private static final Retouching SMOOTH = new Retouching(0.5f, 0, 0, 0);
    private static final OutputSettings SMALL = new OutputSettings(1024, null, 92);

    private static FaceModels models;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
    }

    @AfterAll
    static void close() {
        models.close();
    }

    @Test
    void aSmallerResultNeverTakesMore() {
        byte[] bytes = PictureCorpus.progressive(3000, 2000);
        PictureMemory full = memory(bytes, DecodeSize.full());
        PictureMemory reduced = memory(bytes, DecodeSize.shortEdge(1024));
        long original = peak(mesh(), full, OutputSettings.DEFAULT, Retouching.NONE);

        assertThat(peak(mesh(), reduced, SMALL, Retouching.NONE)).isLessThanOrEqualTo(original);
        assertThat(peak(mesh(), full, OutputSettings.DEFAULT, SMOOTH)).isGreaterThan(original);
    }

    /** The table of {@link HostMemoryEstimator}, calculated by hand. */
    @ParameterizedTest
    @CsvSource({
        "200, 300, 0, NONE",
        "200, 300, 1024, NONE",
        "900, 700, 0, NONE",
        "3000, 2000, 0, NONE",
        "3000, 2000, 0, SMOOTH",
        "3000, 2000, 1024, SMOOTH",
        "6000, 8000, 0, NONE",
        "6000, 8000, 2048, NONE",
    })
    void followsTheTable(int width, int height, int resolution, String retouch) {
        OutputSettings output = new OutputSettings(resolution, null, 92);
        PictureHeader header = new PictureHeader(PictureFormat.JPEG, width, height, 1, false, 8, 0);
        PictureMemory picture = new PictureMemory(header, width * height / 4, size(resolution));
        Retouching retouching = retouch.equals("NONE") ? Retouching.NONE : SMOOTH;
        int finish = retouch.equals("NONE") ? 0 : 168;
        long template = picture.decodedBytes();
        long planes = 200 * Math.min(1 << 20, 2 * picture.pixels());
        long copy = picture.pixels() > 1 << 20 ? 3 * picture.pixels() : 0;
        ResultMemory result = new ResultMemory(picture, output);
        long networks = 100_000_000;
        long expected = LongStream.of(
                        picture.decodingBytes() + 20_000_000,
                        template + picture.workingBytes() + networks,
                        template + networks + picture.decodingBytes(),
                        2 * template + networks + picture.workingBytes(),
                        2 * template + networks + Math.max(planes, copy),
                        2 * template + networks + planes + finish * picture.pixels(),
                        template + networks + planes + result.writingBytes(),
                        template + networks + planes + 2 * result.encodedBytes() + 13_000_000)
                .max()
                .orElseThrow();
        assertThat(peak(mesh(), picture, output, retouching)).isEqualTo(expected);
    }

    @Test
    void countsTheHungriestNetworkOnTheHost() {
        Sizes all = sizes(role -> 1000L * role.length());
        Sizes enhancerOnly = sizes(role -> role.equals("enhancer") ? 9999 : 5);
        assertThat(peak(unet(Enhance.AUTO), all) - planes(Enhance.AUTO)).isEqualTo(9000);
        assertThat(peak(unet(Enhance.NEVER), enhancerOnly) - planes(Enhance.NEVER))
                .isEqualTo(5);
        assertThat(planes(Enhance.NEVER)).isLessThan(planes(Enhance.AUTO));
    }

    @Test
    void releasedHeapStaysUntilTheEndAndIsNoLongerInUse() {
        Step fuse = step(MemoryCost.running("planes", 50, Kind.HEAP).leaving("planes", 40, Kind.HEAP));
        Step retouch = step(MemoryCost.NONE.releasing("planes"));
        Step write = step(MemoryCost.running("the encoder", 5, Kind.NATIVE));
        List<HostMemoryEstimator.StepMemory> memory =
                HostMemoryEstimator.steps(List.of(fuse, retouch, write), SampleContext.sizes());
        assertThat(memory).extracting(HostMemoryEstimator.StepMemory::bytes).containsExactly(50L, 40L, 45L);
        assertThat(memory.get(2).used()).containsExactly(new Allocation("the encoder", 5, Kind.NATIVE));
    }

    @Test
    void releasedNativeMemoryIsGone() {
        Step read = step(MemoryCost.running("decoding", 70, Kind.NATIVE).leaving("picture", 30, Kind.NATIVE));
        Step release = step(MemoryCost.NONE.releasing("picture"));
        assertThat(HostMemoryEstimator.steps(List.of(read, release, release), SampleContext.sizes()))
                .extracting(HostMemoryEstimator.StepMemory::bytes)
                .containsExactly(70L, 30L, 0L);
    }

    @Test
    void equalPurposesAreTheSameMemory() {
        Step find = step(MemoryCost.running("networks", 100, Kind.RUNTIME).leaving("networks", 100, Kind.RUNTIME));
        assertThat(HostMemoryEstimator.peakBytes(List.of(find, find), SampleContext.sizes()))
                .isEqualTo(100);
    }

    private static Step step(MemoryCost cost) {
        return new Step() {
            @Override
            public String name() {
                return "step";
            }

            @Override
            public MemoryCost cost(Sizes sizes) {
                return cost;
            }

            @Override
            public void run(FusionContext context) {}
        };
    }

    private static long planes(Enhance enhance) {
        return new ExtractIdentity(fusion(), enhance)
                .cost(SampleContext.sizes())
                .left()
                .get(0)
                .bytes();
    }

    private static Sizes sizes(ToLongFunction<String> networkBytes) {
        return new Sizes(SampleContext.sizes().template(), SampleContext.sizes().user(), networkBytes);
    }

    private static long peak(List<Step> steps, Sizes sizes) {
        return HostMemoryEstimator.peakBytes(steps, sizes);
    }

    /** The peak of a fusion of a picture with itself. */
    private static long peak(List<Step> fusing, PictureMemory picture, OutputSettings output, Retouching retouching) {
        FaceChoice choice = FaceChoice.DEFAULT;
        PictureReader reader = new PictureReader(PictureLimits.DEFAULT);
        Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);
        List<Step> steps = new ArrayList<>();
        for (Side side : Side.values()) {
            steps.add(new ReadPicture(side, reader));
            steps.add(new FindFace(side, models.finder(), models.meshes(), choice));
        }
        steps.add(new EmbedFaces(models.embedder()));
        steps.addAll(fusing);
        steps.add(new PasteFace(Blending.DEFAULT));
        steps.add(new RetouchFace(retouching));
        steps.add(new CompareFaces(models.meshes(), models.embedder()));
        steps.add(new WritePicture(output, Mark.NONE, labelling, new PictureWriter()));
        steps.add(new LabelPicture(output, labelling));
        return HostMemoryEstimator.peakBytes(steps, new Sizes(picture, picture, role -> 0));
    }

    private static List<Step> mesh() {
        return List.of(new WarpMesh(new MeshFusion(models.topology())));
    }

    private static List<Step> unet(Enhance enhance) {
        List<Step> steps = new ArrayList<>(
                List.of(new ExtractIdentity(fusion(), enhance), new TransferShape(), new GenerateFace()));
        if (fusion().mayEnhance(enhance)) {
            steps.add(new EnhanceFace(fusion(), enhance));
        }
        return steps;
    }

    private static UnetFusion fusion() {
        return new UnetFusion(
                new FakeUnet(crop -> crop, crop -> crop), FakeUnet.MODEL, FakeUnet.oval(), models.topology());
    }

    private static DecodeSize size(int resolution) {
        return resolution == 0 ? DecodeSize.full() : DecodeSize.shortEdge(Math.max(1024, resolution));
    }

    private static PictureMemory memory(byte[] bytes, DecodeSize size) {
        return new PictureMemory(PictureHeader.read(bytes, PictureLimits.DEFAULT), bytes.length, size);
    }
}
