package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/** Detects the kind of a file by its first bytes. */
final class FormatDetector {
    /** Leading text in which an SVG or a web page shows itself; enough for an XML declaration and a doctype. */
    private static final int TEXT_BYTES = 512;

    private static final String RAW = "a camera's raw picture";
    private static final String VIDEO = "a video";
    private static final String ICON = "a Windows icon";

    /**
     * Bytes that files of a kind have at a place.
     *
     * @param kind with its article
     */
    private record Magic(int at, String bytes, String kind) {}

    /** Formats that are not supported. The first match counts. */
    private static final List<Magic> NOT_READ = List.of(
            new Magic(0, "GIF87a", "a GIF"),
            new Magic(0, "GIF89a", "a GIF"),
            new Magic(0, "%PDF-", "a PDF"),
            new Magic(0, "%!PS", "a PostScript file"),
            new Magic(0, "\u00C5\u00D0\u00D3\u00C6", "a PostScript file"),
            new Magic(0, "8BPS", "a Photoshop document"),
            new Magic(0, "gimp xcf", "a GIMP document"),
            new Magic(0, "\u00FF\n", "a JPEG XL picture"),
            new Magic(4, "JXL \r\n\u0087\n", "a JPEG XL picture"),
            new Magic(4, "jP  \r\n\u0087\n", "a JPEG 2000 picture"),
            new Magic(0, "\u00FFO\u00FFQ", "a JPEG 2000 picture"),
            new Magic(0, "II\u00BC", "a JPEG XR picture"),
            new Magic(0, "II+\0", "a BigTIFF"),
            new Magic(0, "MM\0+", "a BigTIFF"),
            new Magic(0, "IIRO", RAW),
            new Magic(0, "IIRS", RAW),
            new Magic(0, "MMOR", RAW),
            new Magic(0, "IIU\0", RAW),
            new Magic(6, "HEAPCCDR", RAW),
            new Magic(0, "FUJIFILMCCD-RAW", RAW),
            new Magic(0, "FOVb", RAW),
            new Magic(0, "\0MRM", RAW),
            new Magic(0, "\0\0\u0001\0", ICON),
            new Magic(0, "\0\0\u0002\0", ICON),
            new Magic(0, "icns", "an Apple icon"),
            new Magic(0, "BA", "an OS/2 bitmap array"),
            new Magic(0, "\u008AMNG", "an MNG animation"),
            new Magic(0, "\u008BJNG", "an MNG animation"),
            new Magic(0, "v/1\u0001", "an OpenEXR picture"),
            new Magic(0, "#?RADIANCE", "a Radiance HDR picture"),
            new Magic(0, "#?RGBE", "a Radiance HDR picture"),
            new Magic(0, "DDS ", "a DirectDraw texture"),
            new Magic(0, "qoif", "a QOI picture"),
            new Magic(0, "FLIF", "a FLIF picture"),
            new Magic(0, "BPG\u00FB", "a BPG picture"),
            new Magic(0, "\u00D7\u00CD\u00C6\u009A", "a Windows metafile"),
            new Magic(40, " EMF", "a Windows metafile"),
            new Magic(128, "DICM", "a DICOM picture"),
            new Magic(0, "SIMPLE  =", "a FITS picture"),
            new Magic(0, "AT&TFORM", "a DjVu document"),
            new Magic(0, "\n\u0005\u0001", "a PCX picture"),
            new Magic(0, "PK\u0003\u0004", "a ZIP archive"),
            new Magic(0, "\u001F\u008B", "a gzip archive"),
            new Magic(0, "Rar!", "a RAR archive"),
            new Magic(0, "7z\u00BC\u00AF", "a 7-Zip archive"),
            new Magic(8, "AVI ", VIDEO),
            new Magic(4, "moov", VIDEO),
            new Magic(4, "mdat", VIDEO),
            new Magic(4, "wide", VIDEO),
            new Magic(0, "\u001AE\u00DF\u00A3", VIDEO),
            new Magic(0, "FLV\u0001", VIDEO),
            new Magic(0, "\0\0\u0001\u00BA", VIDEO),
            new Magic(0, "\0\0\u0001\u00B3", VIDEO),
            new Magic(0, "0&\u00B2u", VIDEO),
            new Magic(0, "OggS", VIDEO));

    private FormatDetector() {}

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
            return file.has(8, "CR\u0002") ? refuse(RAW) : PictureFormat.TIFF;
        }
        return refuseBinary(file);
    }

    private static PictureFormat refuseBinary(EncodedBytes file) {
        if (file.has(4, "ftyp")) {
            return refuse(isoMedia(file));
        }
        for (Magic magic : NOT_READ) {
            if (file.has(magic.at(), magic.bytes())) {
                return refuse(magic.kind());
            }
        }
        boolean netpbm = file.length() > 2 && file.u8(0) == 'P' && file.u8(1) >= '1' && file.u8(1) <= '7';
        if (netpbm && Character.isWhitespace(file.u8(2))) {
            return refuse("a Netpbm picture");
        }
        if (file.has(file.length() - 18L, "TRUEVISION-XFILE.")) {
            return refuse("a Targa picture");
        }
        return refuseText(file);
    }

    private static PictureFormat refuseText(EncodedBytes file) {
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < Math.min(TEXT_BYTES, file.length()); i++) {
            if (file.u8(i) != 0) { // UTF-16 has one beside each letter.
                start.append((char) file.u8(i));
            }
        }
        String text = start.toString().toLowerCase(Locale.ROOT);
        if (text.contains("<svg") || text.contains("svg 1.1//en")) {
            return refuse("an SVG drawing");
        }
        if (text.contains("<html") || text.contains("<!doctype html")) {
            return refuse("a web page");
        }
        throw PictureErrors.notAPicture();
    }

    /** The brands of ISO 14496-12 files: the major one, and after its version the compatible ones. */
    private static String isoMedia(EncodedBytes file) {
        boolean heic = false;
        long end = Math.min(file.length(), file.u32(0));
        for (long at = 8; at == 8 || at + 4 <= end; at += at == 8 ? 8 : 4) {
            if (file.has(at, "avif") || file.has(at, "avis")) {
                return "an AVIF picture";
            }
            if (file.has(at, "crx ")) {
                return RAW;
            }
            heic |= file.has(at, "hei") || file.has(at, "hev") || file.has(at, "mif1") || file.has(at, "msf1");
        }
        return heic ? "a HEIC picture" : VIDEO;
    }

    private static PictureFormat refuse(String kind) {
        throw PictureErrors.unsupported(kind);
    }
}
