package dev.facefuse.engine.picture;

import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG's markers (ITU-T T.81 annex B), from SOI to EOI. Bytes after EOI (maker's previews, motion photos) are ignored. Some
 * cameras write no EOI: such a file is read if {@link JpegScans} finds that its picture is there all the same.
 */
final class JpegHeader {
    private static final int MARKER_TEM = 0x01;
    private static final int MARKER_SOF2 = 0xC2;
    private static final int MARKER_RST0 = 0xD0;
    private static final int MARKER_RST7 = 0xD7;
    private static final int MARKER_SOI = 0xD8;
    private static final int MARKER_EOI = 0xD9;
    private static final int MARKER_SOS = 0xDA;
    private static final int MARKER_APP1 = 0xE1;
    /** The frame of JPEG-LS (ITU-T T.87). */
    private static final int MARKER_SOF55 = 0xF7;
    /** Ten are usual. A few bytes make a scan, and each costs the decoder a walk over all of the picture. */
    private static final int MAX_SCANS = 100;

    /** In a frame header, from its precision on. */
    private static final int FRAME_COMPONENTS_AT = 6;

    private static final int FRAME_COMPONENT_BYTES = 3;
    /** T.81, B.2.2. */
    private static final int MAX_SAMPLING = 4;

    /** A scan header's fixed bytes: the number of components, and three parameters of progressive coding. */
    private static final int SCAN_FIXED_BYTES = 4;

    private static final int BLOCK_BYTES = 64 * Short.BYTES;

    private static final String EXIF = "Exif\0\0";

    private final byte[] file;
    private final EncodedBytes bytes;
    private final PictureLimits limits;
    private @Nullable PictureHeader frame;
    private int orientation = 1;
    private boolean hasExif;
    private int scans;
    private int components;
    private int scanned;
    private boolean progressive;
    private boolean buffersWholePicture;
    private long coefficientBytes;

    private JpegHeader(byte[] file, PictureLimits limits) {
        this.file = file;
        this.bytes = EncodedBytes.of(PictureFormat.JPEG.title(), file, ByteOrder.BIG_ENDIAN);
        this.limits = limits;
    }

    static PictureHeader read(byte[] bytes, PictureLimits limits) {
        return new JpegHeader(bytes, limits).read();
    }

    private PictureHeader read() {
        boolean ended = eachSegment();
        if (frame == null || scans == 0) {
            throw ended
                    ? Refusals.damaged(PictureFormat.JPEG, "there is no picture in it")
                    : Refusals.truncated(PictureFormat.JPEG.title());
        }
        if (!ended && !progressive) {
            JpegScans.of(file).requireComplete();
        }
        return new PictureHeader(
                PictureFormat.JPEG,
                frame.width(),
                frame.height(),
                orientation,
                false,
                frame.bitDepth(),
                decoderBytes(frame));
    }

    /** Coefficients, a bit for each of them that {@link JpegScans} keeps of a progressive JPEG, and what inks take. */
    private long decoderBytes(PictureHeader frame) {
        return (buffersWholePicture ? coefficientBytes : 0)
                + (progressive ? coefficientBytes / (Byte.SIZE * Short.BYTES) : 0)
                + (components == CmykJpeg.INKS ? CmykJpeg.decoderBytes(frame.width(), frame.height()) : 0);
    }

    /**
     * Looks at every segment.
     *
     * @return whether the end mark was reached; false where the file, or what can be understood of it, ends behind a scan
     */
    private boolean eachSegment() {
        int at = EntropyBits.nextMarker(file, 2);
        while (at < file.length) {
            int marker = bytes.u8(at + 1);
            at += 2;
            if (marker == MARKER_EOI) {
                return true;
            }
            if (scans > 0 && (marker == MARKER_SOI || isStartOfFrame(marker))) {
                return false; // Another picture follows, as a camera's trailer.
            }
            if (hasParameters(marker)) {
                int length = at + 2 <= file.length ? bytes.u16(at) : 0;
                if (scans > 0 && (length < 2 || at + length > file.length || isNonsense(marker, at + 2, length - 2))) {
                    return false;
                }
                bytes.require(at, Math.max(2, length));
                if (length < 2) {
                    throw Refusals.damaged(PictureFormat.JPEG, "a segment without a length");
                }
                segment(marker, at + 2, length - 2);
                at += length;
            }
            at = EntropyBits.nextMarker(file, at);
        }
        return false;
    }

    /** Whether this is a scan that cannot be one, behind all scans that there can be. */
    private boolean isNonsense(int marker, long at, int length) {
        return marker == MARKER_SOS && !progressive && scanned >= components && !isScan(at, length);
    }

    private boolean isScan(long at, int length) {
        int parts = length > 0 ? bytes.u8(at) : 0;
        return parts > 0 && parts <= components && length == SCAN_FIXED_BYTES + 2 * parts;
    }

    /** Entropy-coded data comes along here too: in it 0xFF is followed by 0 or a restart marker. */
    static boolean hasParameters(int marker) {
        return marker > MARKER_TEM && !(marker >= MARKER_RST0 && marker <= MARKER_RST7) && marker != MARKER_SOI;
    }

    private void segment(int marker, long at, int length) {
        if (marker == MARKER_APP1 && !hasExif && length > EXIF.length() && bytes.has(at, EXIF)) {
            hasExif = true;
            orientation = TiffDirectory.exifOrientation(bytes.part(at + EXIF.length(), length - EXIF.length()));
        } else if (marker == MARKER_SOS) {
            scan(at, length);
        } else if (marker == MARKER_SOF55) {
            throw Refusals.unsupported("a JPEG-LS picture");
        } else if (isStartOfFrame(marker)) {
            if (frame != null) {
                throw Refusals.damaged(PictureFormat.JPEG, "there are two pictures in one");
            }
            frame = frame(marker, at, length);
        }
    }

    /** libjpeg keeps all coefficients if the first scan lacks a component, whatever scans follow (jdinput.c). */
    private void scan(long at, int length) {
        if (frame == null || !isScan(at, length)) {
            throw Refusals.damaged(PictureFormat.JPEG, "a scan makes no sense");
        }
        buffersWholePicture |= scans == 0 && bytes.u8(at) < components;
        scanned += bytes.u8(at);
        scans++;
        if (scans > MAX_SCANS) {
            throw Refusals.unsupported("a JPEG of more than " + MAX_SCANS + " scans");
        }
    }

    /** SOF0 to SOF15 but DHT (C4), JPG (C8) and DAC (CC), which stand between them. */
    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private PictureHeader frame(int marker, long at, int length) {
        int precision = bytes.u8(at);
        int height = bytes.u16(at + 1);
        int width = bytes.u16(at + 3);
        components = bytes.u8(at + 5);
        if (marker > 0xC2) {
            throw Refusals.unsupported("a lossless, hierarchical or arithmetic-coded JPEG");
        }
        if (precision != 8) {
            throw Refusals.unsupported("a JPEG of " + precision + " bits");
        }
        if (components == 2 || components > 4) {
            throw Refusals.unsupported("a JPEG of " + components + " channels");
        }
        if (height == 0) {
            throw Refusals.unsupported("a JPEG whose height stands behind its pixels (DNL)");
        }
        if (width == 0 || components == 0 || length != FRAME_COMPONENTS_AT + FRAME_COMPONENT_BYTES * components) {
            throw Refusals.damaged(PictureFormat.JPEG, "its size makes no sense");
        }
        limits.checkSize(width, height);
        progressive = marker == MARKER_SOF2;
        buffersWholePicture = progressive;
        coefficientBytes = coefficientBytes(width, height, at + FRAME_COMPONENTS_AT);
        return new PictureHeader(PictureFormat.JPEG, width, height, 1, false, precision, 0);
    }

    /** A frame's coefficients, two bytes each, in blocks of 8×8 that fill whole sampling units (T.81, A.1.1 and A.2). */
    private long coefficientBytes(int width, int height, long at) {
        int mostAcross = 1;
        int mostDown = 1;
        long blocksAUnit = 0;
        for (int component = 0; component < components; component++) {
            int sampling = bytes.u8(at + (long) FRAME_COMPONENT_BYTES * component + 1);
            int across = sampling >> 4;
            int down = sampling & 0xF;
            if (across < 1 || across > MAX_SAMPLING || down < 1 || down > MAX_SAMPLING) {
                throw Refusals.damaged(PictureFormat.JPEG, "its sampling factors make no sense");
            }
            mostAcross = Math.max(mostAcross, across);
            mostDown = Math.max(mostDown, down);
            blocksAUnit += (long) across * down;
        }
        long unitsAcross = (width + 8L * mostAcross - 1) / (8L * mostAcross);
        long unitsDown = (height + 8L * mostDown - 1) / (8L * mostDown);
        return unitsAcross * unitsDown * blocksAUnit * BLOCK_BYTES;
    }
}
