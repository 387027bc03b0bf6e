package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.problem.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures for tests, good and bad, built in code where that is possible. */
public final class PictureCorpus {
    private PictureCorpus() {}

    /**
     * A picture that has to be refused.
     *
     * @param name says what is wrong with it
     * @param says a part of the sentence
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Bad(String name, byte[] bytes, ErrorCode code, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Every kind of bad picture there is a sentence for. */
    public static List<Bad> bad() {
        byte[] jpeg = corners(PictureFormat.JPEG);
        byte[] png = corners(PictureFormat.PNG);
        byte[] webp = corners(PictureFormat.WEBP);
        return List.of(
                damaged("empty", new byte[0], "empty"),
                damaged("one byte", new byte[] {(byte) 0xFF}, "not a picture"),
                damaged("zeros", new byte[1000], "not a picture"),
                damaged("text", "no picture at all".getBytes(ISO_8859_1), "not a picture"),
                damaged("JPEG without its last pixels", firstOf(jpeg, 8), "ends too early"),
                damaged("JPEG cut in half", half(jpeg), "ends too early"),
                damaged("JPEG of nothing", bytes("\u00FF\u00D8\u00FF\u00D9"), "no picture in it"),
                damaged("PNG cut in half", half(png), "ends too early"),
                damaged("PNG with a flipped bit", flipped(png, png.length - 30), "damaged"),
                damaged("WebP cut in half", half(webp), "ends too early"),
                damaged("BMP cut in half", half(corners(PictureFormat.BMP)), "ends too early"),
                damaged("TIFF cut in half", half(corners(PictureFormat.TIFF)), "ends too early"),
                unsupported("GIF", bytes("GIF89a\1\0\1\0"), "a GIF"),
                unsupported("AVIF", bytes("\0\0\0 ftypavif\0\0\0\0"), "an AVIF"),
                unsupported("HEIC", bytes("\0\0\0 ftypheic\0\0\0\0"), "a HEIC"),
                unsupported("AVIF by its second brand", bytes("\0\0\0\u0018ftypmif1\0\0\0\0mif1avif"), "an AVIF"),
                unsupported("HEIC by its second brand", bytes("\0\0\0\u0018ftypmp42\0\0\0\0mp42heic"), "a HEIC"),
                unsupported("MP4", bytes("\0\0\0\u0018ftypisom\0\0\0\0isomavc1"), "a video"),
                unsupported("QuickTime without ftyp", bytes("\0\0\0\bmoov\0\0\0\0"), "a video"),
                unsupported("WebM", bytes("\u001AE\u00DF\u00A3\u0001\0\0\0"), "a video"),
                unsupported("JPEG XL", bytes("\u00FF\n\0\0"), "a JPEG XL"),
                unsupported("JPEG XL in boxes", bytes("\0\0\0\fJXL \r\n\u0087\n"), "a JPEG XL"),
                unsupported("JPEG 2000", bytes("\0\0\0\fjP  \r\n\u0087\n"), "a JPEG 2000"),
                unsupported("JPEG XR", bytes("II\u00BC\u0001\0\0\0\0"), "a JPEG XR"),
                unsupported("Photoshop", bytes("8BPS\0\u0001"), "a Photoshop"),
                unsupported("Canon raw", bytes("II*\0\u0010\0\0\0CR\u0002\0"), "a camera's raw"),
                unsupported("Canon raw of today", bytes("\0\0\0\u0018ftypcrx \0\0\0\u0001"), "a camera's raw"),
                unsupported("Fujifilm raw", bytes("FUJIFILMCCD-RAW 0201"), "a camera's raw"),
                unsupported("Olympus raw", bytes("IIRO\b\0\0\0"), "a camera's raw"),
                unsupported("Panasonic raw", bytes("IIU\0\u0018\0\0\0"), "a camera's raw"),
                unsupported("Netpbm", bytes("P6\n1 1\n255\nabc"), "a Netpbm"),
                unsupported("gzip", bytes("\u001F\u008B\b\0"), "a gzip"),
                unsupported("SVG in UTF-16", bytes("\u00FF\u00FE<\0s\0v\0g\0 \0/\0>\0"), "an SVG"),
                unsupported("PDF", bytes("%PDF-1.7\n"), "a PDF"),
                unsupported("SVG", bytes("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"), "an SVG"),
                unsupported("web page", bytes("<!DOCTYPE html><html></html>"), "a web page"),
                unsupported("animated WebP", resource("animated.webp"), "an animated WebP"),
                unsupported("animated PNG", animated(png), "an animated PNG"),
                unsupported("CMYK TIFF", resource("cmyk.tiff"), "a CMYK TIFF"),
                unsupported("floating-point TIFF", resource("float.tiff"), "floating-point"),
                unsupported("TIFF with LZMA", compressedTiff(34_925), "compressed with LZMA"),
                unsupported("TIFF with ZSTD", compressedTiff(50_000), "compressed with ZSTD"),
                unsupported("TIFF with WebP", compressedTiff(50_001), "compressed with WebP"),
                unsupported("TIFF with JPEG 2000", compressedTiff(34_712), "compressed with JPEG 2000"),
                unsupported("TIFF with JPEG XL", compressedTiff(50_002), "compressed with JPEG XL"),
                unsupported("TIFF with LERC", compressedTiff(34_887), "compressed with LERC"),
                unsupported("TIFF with something", compressedTiff(12_345), "compressed with method 12345"),
                unsupported("DNG", Tiff.grey().with(50_706, 1, 1, 4, 0, 0).bytes(), "a camera's raw"),
                unsupported(
                        "preview of a raw picture",
                        Tiff.grey().with(254, 4, 1).with(330, 4, 8).bytes(),
                        "raw"),
                unsupported("PNG of an iPhone app", apples(png), "CgBI"),
                unsupported("JPEG-LS", withFrame(jpeg, 0xF7), "a JPEG-LS"),
                unsupported("lossless JPEG", withFrame(jpeg, 0xC3), "a lossless"),
                unsupported("JPEG whose height comes later", declaredJpeg(48, 0), "DNL"),
                unsupported("JPEG of endless scans", manyScans(jpeg), "more than 100 scans"),
                tooLarge("JPEG that declares 20000×20000", declaredJpeg(20_000, 20_000)),
                tooLarge("PNG that declares 20000×20000", declaredPng(20_000, 20_000)),
                tooLarge("WebP that declares 20000×20000", declaredWebp(20_000, 20_000)),
                tooLarge("BMP that declares 20000×20000", declaredBmp(20_000, 20_000)),
                tooLarge("PNG that declares 16000×16000", declaredPng(16_000, 16_000)),
                tooLarge("PNG that declares 2147483647×2147483647", declaredPng(Integer.MAX_VALUE, Integer.MAX_VALUE)));
    }

    /** The four corners' colours of {@link #corners}, BGR: top left, top right, bottom left, bottom right. */
    static final List<int[]> CORNER_COLOURS = List.of(
            new int[] {20, 40, 220}, new int[] {30, 200, 40}, new int[] {210, 60, 30}, new int[] {240, 240, 240});

    /** 48×32 pixels, a colour in each quarter. */
    public static byte[] corners(PictureFormat format) {
        return corners(format, 48, 32);
    }

    /** A colour in each quarter. */
    public static byte[] corners(PictureFormat format, int width, int height) {
        try (Picture picture = cornersPicture(width, height)) {
            return new PictureWriter().write(picture, format, 100);
        }
    }

    /** A colour in each quarter; a progressive JPEG in 4:4:4. */
    public static byte[] progressive(int width, int height) {
        try (Picture picture = cornersPicture(width, height);
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(
                        opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                        1,
                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444)) {
            opencv_imgcodecs.imencode(".jpg", picture.bgr(), encoded, parameters);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    static Picture cornersPicture(int width, int height) {
        OpenCv.prepare();
        Mat bgr = new Mat(height, width, opencv_core.CV_8UC3);
        for (int quarter = 0; quarter < 4; quarter++) {
            int[] colour = CORNER_COLOURS.get(quarter);
            int left = quarter % 2 * (width / 2);
            int top = quarter / 2 * (height / 2);
            int right = quarter % 2 == 0 ? width / 2 : width;
            int bottom = quarter / 2 == 0 ? height / 2 : height;
            try (Rect place = new Rect(left, top, right - left, bottom - top);
                    Mat part = new Mat(bgr, place);
                    Scalar value = new Scalar(colour[0], colour[1], colour[2], 0)) {
                part.put(value);
            }
        }
        return Picture.of(bgr, null);
    }

    /** The JPEG with an EXIF block that has this orientation only. */
    public static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] exif = concat(bytes("Exif\0\0"), exif(orientation));
        byte[] segment = concat(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (exif.length + 2)}, exif);
        return concat(Arrays.copyOf(jpeg, 2), segment, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** The PNG with an eXIf chunk that has this orientation only. */
    public static byte[] pngWithOrientation(byte[] png, int orientation) {
        return afterPngHeader(png, chunk("eXIf", exif(orientation)));
    }

    /** {@link #corners} as a WebP with this EXIF chunk. */
    static byte[] webpWithExif(byte[] exif) {
        byte[] webp = corners(PictureFormat.WEBP);
        byte[] padded = Arrays.copyOf(exif, exif.length + (exif.length & 1));
        byte[] frame = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes("EXIF"))
                .putInt(exif.length)
                .array();
        byte[] extended = {'V', 'P', '8', 'X', 10, 0, 0, 0, 8, 0, 0, 0, 47, 0, 0, 31, 0, 0};
        byte[] file =
                concat(Arrays.copyOf(webp, 12), extended, Arrays.copyOfRange(webp, 12, webp.length), frame, padded);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, file.length - 8);
        return file;
    }

    /** The TIFF, whose first directory must have an entry to spare, with this orientation. */
    static byte[] tiffWithOrientation(byte[] tiff, int orientation) {
        ByteBuffer file = ByteBuffer.wrap(tiff.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int old = file.getInt(4);
        int count = file.getShort(old);
        ByteBuffer moved = ByteBuffer.allocate(2 + 12 * (count + 1) + 4).order(ByteOrder.LITTLE_ENDIAN);
        moved.putShort((short) (count + 1));
        boolean placed = false;
        for (int i = 0; i < count; i++) {
            int entry = old + 2 + 12 * i;
            if (!placed && Short.toUnsignedInt(file.getShort(entry)) > 274) {
                moved.putShort((short) 274).putShort((short) 3).putInt(1).putInt(orientation);
                placed = true;
            }
            moved.put(tiff, entry, 12);
        }
        file.putInt(4, tiff.length);
        return concat(file.array(), moved.array());
    }

    private static byte[] exif(int orientation) {
        return bytes("MM\0*\0\0\0\b\0\1\1\u0012\0\3\0\0\0\1\0" + (char) orientation + "\0\0\0\0\0\0");
    }

    /** The PNG with the control chunk of an animation. */
    public static byte[] animated(byte[] png) {
        return afterPngHeader(png, chunk("acTL", new byte[] {0, 0, 0, 2, 0, 0, 0, 0}));
    }

    public static byte[] afterPngHeader(byte[] png, byte[] chunk) {
        int header = 8 + 25;
        return concat(Arrays.copyOf(png, header), chunk, Arrays.copyOfRange(png, header, png.length));
    }

    /**
     * A PNG from raw samples.
     *
     * @param colourType as in IHDR
     * @param chunks between IHDR and IDAT
     * @param rows samples of each row, packed as PNG packs them
     */
    static byte[] png(int width, int height, int bitDepth, int colourType, byte[] chunks, byte[]... rows) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) bitDepth).put((byte) colourType);
        byte[] filtered = new byte[0];
        for (byte[] row : rows) {
            filtered = concat(filtered, new byte[1], row);
        }
        return concat(
                bytes("\u0089PNG\r\n\u001A\n"),
                chunk("IHDR", header.array()),
                chunks,
                chunk("IDAT", deflated(filtered)),
                chunk("IEND", new byte[0]));
    }

    public static byte[] chunk(String type, byte[] data) {
        byte[] typed = concat(bytes(type), data);
        CRC32 crc = new CRC32();
        crc.update(typed);
        return concat(
                ByteBuffer.allocate(4).putInt(data.length).array(),
                typed,
                ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] compressedTiff(int compression) {
        return Tiff.grey().with(259, 3, compression).bytes();
    }

    /** The PNG as Apple's tools rewrite it: with a chunk of their own in front. */
    private static byte[] apples(byte[] png) {
        byte[] chunk = chunk("CgBI", new byte[] {0x50, 0, 0x20, 2});
        return concat(Arrays.copyOf(png, 8), chunk, Arrays.copyOfRange(png, 8, png.length));
    }

    /** The JPEG with another marker before its frame. */
    private static byte[] withFrame(byte[] jpeg, int marker) {
        byte[] changed = jpeg.clone();
        changed[indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xC0}) + 1] = (byte) marker;
        return changed;
    }

    private static byte[] manyScans(byte[] jpeg) {
        byte[] scans = bytes("\u00FF\u00DA\0\b\1\1\0\0?\0".repeat(101));
        return concat(firstOf(jpeg, 2), scans, bytes("\u00FF\u00D9"));
    }

    private static byte[] declaredPng(int width, int height) {
        return png(width, height, 8, 2, new byte[0], new byte[3]);
    }

    private static byte[] declaredJpeg(int width, int height) {
        byte[] jpeg = corners(PictureFormat.JPEG);
        int frame = indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xC0});
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
        return jpeg;
    }

    private static byte[] declaredBmp(int width, int height) {
        byte[] bmp = corners(PictureFormat.BMP);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
        return bmp;
    }

    private static byte[] declaredWebp(int width, int height) {
        ByteBuffer extended = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
        extended.put(bytes("RIFF")).putInt(22).put(bytes("WEBPVP8X")).putInt(10).putInt(0);
        extended.putShort((short) (width - 1))
                .put((byte) 0)
                .putShort((short) (height - 1))
                .put((byte) 0);
        return extended.array();
    }

    /** A file beside this class. */
    static byte[] resource(String name) {
        try (InputStream stream = PictureCorpus.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] firstOf(byte[] bytes, int less) {
        return Arrays.copyOf(bytes, bytes.length - less);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] result = bytes.clone();
        result[at] ^= 0x10;
        return result;
    }

    static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException("Not in these bytes");
    }

    static byte[] deflated(byte[] bytes) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (DataOutputStream out =
                new DataOutputStream(new DeflaterOutputStream(result, new Deflater(Deflater.BEST_SPEED)))) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result.toByteArray();
    }

    private static Bad damaged(String name, byte[] bytes, String says) {
        return new Bad(name, bytes, ErrorCode.BAD_PICTURE, says);
    }

    private static Bad unsupported(String name, byte[] bytes, String says) {
        return new Bad(name, bytes, ErrorCode.UNSUPPORTED_FORMAT, says);
    }

    private static Bad tooLarge(String name, byte[] bytes) {
        return new Bad(name, bytes, ErrorCode.PICTURE_TOO_LARGE, "Scale it down");
    }
}
