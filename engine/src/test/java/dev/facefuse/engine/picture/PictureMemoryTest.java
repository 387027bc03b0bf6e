package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.nativelib.ProcessNative;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Predicted memory against the resident memory that the kernel reports, for uploads of 64 megapixels. Prints its measurements. */
class PictureMemoryTest {
    private static final int EDGE = 8000;
    private static final double MEGA = 1e6;

    /** Tolerance for memory beside the pictures, and for the kernel's inexact figure. */
    private static final long NOISE_BYTES = 8 << 20;

    private static final double MOST_OVER = 1.3;
    private static final long MOST_OVER_BYTES = 32 << 20;

    private static final DecodeSize FOR_1024 = DecodeSize.shortEdge(1024);

    private final PictureReader reader = new PictureReader(PictureLimits.DEFAULT);

    /** How a picture of one colour is written; it costs the decoder what any other costs. */
    enum Upload {
        JPEG(".jpg", opencv_core.CV_8UC3),
        PROGRESSIVE_JPEG(
                ".jpg",
                opencv_core.CV_8UC3,
                opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                1,
                opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
                opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444),
        PNG(".png", opencv_core.CV_8UC3, opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1),
        PNG_WITH_ALPHA(".png", opencv_core.CV_8UC4, opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1),
        PNG_OF_16_BITS(".png", opencv_core.CV_16UC3, opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1),
        TIFF(".tiff", opencv_core.CV_8UC3),
        TIFF_IN_ONE_STRIP(".tiff", opencv_core.CV_8UC3, opencv_imgcodecs.IMWRITE_TIFF_ROWSPERSTRIP, EDGE),
        BMP(".bmp", opencv_core.CV_8UC3) {
            /** Four bits a pixel are the most that fit into 32 MiB. */
            @Override
            byte[] bytes() {
                int data = 14 + 40 + 16 * 4;
                ByteBuffer file = ByteBuffer.allocate(data + EDGE * EDGE / 2).order(ByteOrder.LITTLE_ENDIAN);
                file.put((byte) 'B')
                        .put((byte) 'M')
                        .putInt(file.capacity())
                        .putInt(0)
                        .putInt(data);
                file.putInt(40).putInt(EDGE).putInt(EDGE).putShort((short) 1).putShort((short) 4);
                return file.array();
            }
        };

        private final String extension;
        private final int type;

        @SuppressWarnings("ImmutableEnumChecker") // Read only.
        private final int[] parameters;

        Upload(String extension, int type, int... parameters) {
            this.extension = extension;
            this.type = type;
            this.parameters = parameters;
        }

        byte[] bytes() {
            OpenCv.prepare();
            try (Scalar colour = new Scalar(40, 80, 120, 200);
                    Mat pixels = new Mat(EDGE, EDGE, type, colour);
                    BytePointer encoded = new BytePointer();
                    IntPointer settings = new IntPointer(parameters)) {
                opencv_imgcodecs.imencode(extension, pixels, encoded, settings);
                byte[] bytes = new byte[(int) encoded.limit()];
                encoded.get(bytes);
                return bytes;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodingTakesWhatWasSaid(Upload upload) {
        byte[] bytes = upload.bytes();
        PictureHeader header = PictureHeader.read(bytes, PictureLimits.DEFAULT);
        for (DecodeSize size : new DecodeSize[] {DecodeSize.full(), FOR_1024}) {
            long predicted = new PictureMemory(header, bytes.length, size).decodingBytes();
            long measured = peakOfReading(bytes, size);
            print(upload + (size.equals(FOR_1024) ? " for 1024" : ""), predicted, measured);
            assertThat(measured).isLessThanOrEqualTo(predicted + NOISE_BYTES);
            assertThat((double) predicted).isLessThanOrEqualTo(MOST_OVER * measured + MOST_OVER_BYTES);
        }
    }

    /** One colour is packed, as few are in any photo: the prediction is for photos. */
    @Test
    void decodingALosslessWebpTakesNoMoreThanWasSaid() {
        byte[] bytes;
        try (Scalar colour = new Scalar(40, 80, 120, 0);
                Mat pixels = new Mat(EDGE, EDGE, opencv_core.CV_8UC3, colour);
                Picture picture = Picture.of(new Mat(pixels), null)) {
            bytes = new PictureWriter().write(picture, PictureFormat.WEBP, 100);
        }
        PictureHeader header = PictureHeader.read(bytes, PictureLimits.DEFAULT);
        long predicted = new PictureMemory(header, bytes.length, DecodeSize.full()).decodingBytes();
        long measured = peakOfReading(bytes, DecodeSize.full());
        print("lossless WebP", predicted, measured);
        assertThat(measured).isLessThanOrEqualTo(predicted + NOISE_BYTES);
    }

    private long peakOfReading(byte[] bytes, DecodeSize size) {
        reader.read(PictureCorpus.corners(PictureFormat.JPEG), size)
                .close(); // Creates the objects that exist once per process.
        System.gc();
        ProcessNative.trim();
        assumeTrue(ProcessNative.resetPeak(), "no peak of resident memory here");
        long before = ProcessNative.residentBytes();
        reader.read(bytes, size).close();
        return ProcessNative.peakResidentBytes() - before;
    }

    @SuppressWarnings("SystemOut") // Beside the report.
    private static void print(String what, long predicted, long measured) {
        System.out.printf("%-28s predicted %6.1f MB, measured %6.1f MB%n", what, predicted / MEGA, measured / MEGA);
    }
}
