package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.NORM_INF;
import static org.bytedeco.opencv.global.opencv_core.norm;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bytedeco.opencv.opencv_core.Mat;

/** Whatever bytes come in, a picture or a named error comes out. */
class PictureRobustnessTest {
    private static final Set<ErrorCode> NAMED =
            Set.of(ErrorCode.BAD_PICTURE, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.PICTURE_TOO_LARGE);
    /** Small, so that a mutated size costs little. */
    private static final PictureLimits LIMITS = new PictureLimits(1 << 20, 100_000, 2_000);

    private static final PictureReader READER = new PictureReader(LIMITS);

    @Provide
    Arbitrary<byte[]> pictures() {
        return Arbitraries.of(
                PictureCorpus.withOrientation(PictureCorpus.corners(PictureFormat.JPEG), 6),
                PictureCorpus.resource("progressive.jpg"),
                PictureCorpus.pngWithOrientation(PictureCorpus.corners(PictureFormat.PNG), 6),
                PictureCorpus.corners(PictureFormat.WEBP),
                PictureCorpus.corners(PictureFormat.BMP),
                PictureCorpus.tiffWithOrientation(PictureCorpus.corners(PictureFormat.TIFF), 6),
                PictureCorpus.resource("associated-alpha.tiff"));
    }

    /** The start of the file is where the numbers are. */
    @Property(tries = 1500)
    void survivesChangedBytes(
            @ForAll("pictures") byte[] picture,
            @ForAll @Size(min = 1, max = 4) byte[] values,
            @ForAll @DoubleRange(min = 0, max = 1) double place) {
        byte[] changed = picture.clone();
        int at = (int) (place * place * (changed.length - values.length));
        System.arraycopy(values, 0, changed, at, values.length);

        pictureOrNamedError(changed);
    }

    /** A TIFF may end in remarks, which nothing is lost without. */
    @Property(tries = 300)
    void takesNoTruncationThatLosesPixels(
            @ForAll("pictures") byte[] picture, @ForAll @DoubleRange(min = 0, max = 0.99) double share) {
        byte[] start = Arrays.copyOf(picture, (int) (share * picture.length));

        if (pictureOrNamedError(start)) {
            try (Picture whole = READER.read(picture, DecodeSize.full());
                    Picture part = READER.read(start, DecodeSize.full())) {
                assertThat(norm(whole.bgr(), part.bgr(), NORM_INF, new Mat())).isZero();
            }
        }
    }

    @Property(tries = 300)
    void survivesRandomBytesAfterASignature(
            @ForAll("pictures") byte[] picture,
            @ForAll @IntRange(min = 2, max = 40) int kept,
            @ForAll @Size(max = 400) byte[] rest) {
        pictureOrNamedError(PictureCorpus.concat(Arrays.copyOf(picture, kept), rest));
    }

    @Property(tries = 300)
    void survivesRandomBytes(@ForAll @Size(max = 100) byte[] bytes) {
        pictureOrNamedError(bytes);
    }

    private static boolean pictureOrNamedError(byte[] bytes) {
        try {
            READER.read(bytes, DecodeSize.shortEdge(8)).close();
            return true;
        } catch (FuseException e) {
            if (!NAMED.contains(e.code())) {
                throw e;
            }
            return false;
        }
    }
}
