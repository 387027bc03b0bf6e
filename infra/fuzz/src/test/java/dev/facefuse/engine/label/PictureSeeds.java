package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.facefuse.engine.picture.OpenCv;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.picture.TiffDirectoryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Writes the seeds that are not text: small pictures, plain and with all kinds of metadata, and blocks of EXIF. */
final class PictureSeeds {
    private static final int WIDTH = 12;
    private static final int HEIGHT = 8;

    private static final String XMP = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="a">
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">b</rdf:li></rdf:Alt></dc:title>
            </rdf:Description></rdf:RDF></x:xmpmeta>""";

    private static final int ORIENTATION = 274;
    private static final int X_RESOLUTION = 282;
    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final byte[] ARTIST = "Ann\0".getBytes(ISO_8859_1);
    private static final byte[] COPYRIGHT = "2024 Ann\0Editor\0".getBytes(ISO_8859_1);

    private PictureSeeds() {}

    /** Writes them below {@code src/test/resources}. */
    public static void main(String[] arguments) throws IOException {
        Path resources = Path.of(arguments[0]);
        for (PictureFormat format : PictureFormat.values()) {
            String extension = "." + format.extension();
            write(
                    resources,
                    "picture/PictureFuzzTestInputs/isReadOrRefused/plain" + extension,
                    plain(format).bytes());
            if (format.holdsAlpha()) {
                write(resources, "picture/PictureFuzzTestInputs/isReadOrRefused/alpha" + extension, alpha(format));
            }
            if (Container.of(format) != null) {
                byte[] full = full(format);
                write(resources, "picture/PictureFuzzTestInputs/isReadOrRefused/metadata" + extension, full);
                write(resources, "label/MetadataFuzzTestInputs/isInherited/metadata" + extension, full);
            }
        }
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            write(resources, "label/ExifFuzzTestInputs/isReadAgain/" + order + ".exif", exif(order));
        }
    }

    private static void write(Path resources, String name, byte[] seed) throws IOException {
        Path file = resources.resolve("dev/facefuse/engine").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, seed);
    }

    /** One without metadata. */
    static Encoded plain(PictureFormat format) {
        OpenCv.prepare();
        try (Picture picture = Picture.of(colours(), null)) {
            return new Encoded(new PictureWriter().write(picture, format, 90), format, WIDTH, HEIGHT);
        }
    }

    private static byte[] alpha(PictureFormat format) {
        try (Picture picture = Picture.of(colours(), new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC1, Scalar.all(0x80)))) {
            return new PictureWriter().write(picture, format, 100);
        }
    }

    private static Mat colours() {
        Mat colours = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC3, Scalar.all(0));
        byte[] bgr = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < bgr.length; i++) {
            bgr[i] = (byte) (i % 3 * 0x50 + i);
        }
        colours.data().put(bgr);
        return colours;
    }

    private static byte[] full(PictureFormat format) {
        Attribution attribution = new Attribution(
                List.of(
                        new Attribution.Text(ORIENTATION, SHORT, new byte[] {6, 0}),
                        new Attribution.Text(Attribution.ARTIST, ASCII, ARTIST),
                        new Attribution.Text(Attribution.COPYRIGHT, ASCII, COPYRIGHT)),
                false);
        return Container.of(format)
                .write(plain(format), new Container.Metadata(attribution, profile(), XMP.getBytes(UTF_8)));
    }

    private static byte[] exif(ByteOrder order) {
        TiffDirectoryWriter directory = new TiffDirectoryWriter(order);
        directory.putShorts(ORIENTATION, 6);
        directory.putRational(X_RESOLUTION, 300, 1);
        directory.put(Attribution.ARTIST, ASCII, ARTIST);
        directory.put(Attribution.COPYRIGHT, ASCII, COPYRIGHT);
        return directory.block();
    }

    /** A header and no tables: enough to be carried over. */
    private static byte[] profile() {
        ByteBuffer profile = ByteBuffer.allocate(132).putInt(132);
        return profile.put(16, "RGB ".getBytes(ISO_8859_1))
                .put(36, "acsp".getBytes(ISO_8859_1))
                .array();
    }
}
