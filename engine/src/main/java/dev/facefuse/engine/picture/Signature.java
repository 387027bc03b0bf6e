package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.Locale;

/** What kind of file it is, by its first bytes. */
final class Signature {
    /** Leading text in which an SVG or a web page shows itself; enough for an XML declaration and a doctype. */
    private static final int TEXT_BYTES = 512;

    private Signature() {}

    /**
     * The format of a picture that is read.
     *
     * @throws FuseException {@code unsupported-format} naming what it is, or {@code bad-picture} if that is unknown
     */
    static PictureFormat formatOf(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of("picture", bytes, ByteOrder.BIG_ENDIAN);
        if (file.has(0, "\u00FF\u00D8\u00FF")) {
            return PictureFormat.JPEG;
        }
        if (file.has(0, "\u0089PNG\r\n\u001A\n")) {
            return PictureFormat.PNG;
        }
        if (file.has(0, "RIFF") && file.has(8, "WEBP")) {
            return PictureFormat.WEBP;
        }
        if (file.has(0, "BM")) {
            return PictureFormat.BMP;
        }
        if (file.has(0, "II*\0") || file.has(0, "MM\0*")) {
            return file.has(8, "CR\u0002") ? refuse("a camera's raw picture") : PictureFormat.TIFF;
        }
        return refuseBinary(file);
    }

    private static PictureFormat refuseBinary(EncodedBytes file) {
        if (file.has(0, "GIF87a") || file.has(0, "GIF89a")) {
            return refuse("a GIF");
        }
        if (file.has(4, "ftyp")) {
            return refuse(isoMedia(file));
        }
        if (file.has(0, "%PDF-")) {
            return refuse("a PDF");
        }
        if (file.has(0, "8BPS")) {
            return refuse("a Photoshop document");
        }
        if (file.has(0, "\u00FF\n") || file.has(4, "JXL \r\n\u0087\n")) {
            return refuse("a JPEG XL picture");
        }
        if (file.has(4, "jP  \r\n\u0087\n") || file.has(0, "\u00FFO\u00FFQ")) {
            return refuse("a JPEG 2000 picture");
        }
        if (file.has(0, "II+\0") || file.has(0, "MM\0+")) {
            return refuse("a BigTIFF");
        }
        if (file.has(0, "\0\0\u0001\0") || file.has(0, "\0\0\u0002\0")) {
            return refuse("a Windows icon");
        }
        if (file.has(0, "\u008AMNG") || file.has(0, "\u008BJNG")) {
            return refuse("an MNG animation");
        }
        if (file.has(0, "v/1\u0001")) {
            return refuse("an OpenEXR picture");
        }
        if (file.has(0, "PK\u0003\u0004")) {
            return refuse("a ZIP archive");
        }
        if (file.has(0, "RIFF") && file.has(8, "AVI ")) {
            return refuse("a video");
        }
        return refuseText(file);
    }

    private static PictureFormat refuseText(EncodedBytes file) {
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < Math.min(TEXT_BYTES, file.length()); i++) {
            start.append((char) file.u8(i));
        }
        String text = start.toString().toLowerCase(Locale.ROOT);
        if (text.contains("<svg")) {
            return refuse("an SVG drawing");
        }
        if (text.contains("<html") || text.contains("<!doctype html")) {
            return refuse("a web page");
        }
        throw Refusals.notAPicture();
    }

    /** The brands of ISO 14496-12 files. */
    private static String isoMedia(EncodedBytes file) {
        if (file.has(8, "avif") || file.has(8, "avis")) {
            return "an AVIF picture";
        }
        if (file.has(8, "he") || file.has(8, "mif1") || file.has(8, "msf1")) {
            return "a HEIC picture";
        }
        if (file.has(8, "crx ")) {
            return "a camera's raw picture";
        }
        return "a video";
    }

    private static PictureFormat refuse(String kind) {
        throw Refusals.unsupported(kind);
    }
}
