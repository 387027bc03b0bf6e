package dev.facefuse.engine.picture;

import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG's markers (ITU-T T.81 annex B), from SOI to EOI. Bytes after EOI (maker's previews, motion photos) are ignored. Some
 * cameras write no EOI: such a file is read if {@link JpegScans} finds that its picture is there all the same.
 */
final class JpegHeader {
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
                    ? PictureErrors.damaged(PictureFormat.JPEG, "there is no picture in it")
                    : PictureErrors.truncated(PictureFormat.JPEG.title());
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
        JpegSegments segments = new JpegSegments(file);
        while (segments.next()) {
            int marker = segments.marker();
            if (marker == JpegSegments.EOI) {
                return true;
            }
            if (scans > 0 && (marker == JpegSegments.SOI || isStartOfFrame(marker))) {
                return false; // Another picture follows, as a camera's trailer.
            }
            if (segments.hasParameters()) {
                if (scans > 0 && (!segments.isWhole() || isNonsense(segments))) {
                    return false;
                }
                segments.requireWhole();
                segment(segments);
            }
        }
        return false;
    }

    /** Whether this is a scan that cannot be one, behind all scans that there can be. */
    private boolean isNonsense(JpegSegments segments) {
        return segments.marker() == JpegSegments.SOS
                && !progressive
                && scanned >= components
                && !isScan(segments.dataAt(), segments.dataLength());
    }

    private boolean isScan(long at, int length) {
        int parts = length > 0 ? bytes.u8(at) : 0;
        return parts > 0 && parts <= components && length == SCAN_FIXED_BYTES + 2 * parts;
    }

    private void segment(JpegSegments segments) {
        int marker = segments.marker();
        if (marker == JpegSegments.APP1) {
            exif(segments.after(JpegSegments.EXIF_NAME));
        } else if (marker == JpegSegments.SOS) {
            scan(segments.dataAt(), segments.dataLength());
        } else if (marker == JpegSegments.SOF55) {
            throw PictureErrors.unsupported("a JPEG-LS picture");
        } else if (isStartOfFrame(marker)) {
            if (frame != null) {
                throw PictureErrors.damaged(PictureFormat.JPEG, "there are two pictures in one");
            }
            frame = frame(marker, segments.dataAt(), segments.dataLength());
        }
    }

    /** The first block counts. */
    private void exif(@Nullable EncodedBytes block) {
        if (!hasExif && block != null && block.length() > 0) {
            hasExif = true;
            orientation = TiffDirectory.exifOrientation(block);
        }
    }

    /** libjpeg keeps all coefficients if the first scan lacks a component, whatever scans follow (jdinput.c). */
    private void scan(long at, int length) {
        if (frame == null || !isScan(at, length)) {
            throw PictureErrors.damaged(PictureFormat.JPEG, "a scan makes no sense");
        }
        buffersWholePicture |= scans == 0 && bytes.u8(at) < components;
        scanned += bytes.u8(at);
        scans++;
        if (scans > MAX_SCANS) {
            throw PictureErrors.unsupported("a JPEG of more than " + MAX_SCANS + " scans");
        }
    }

    /** SOF0 to SOF15, without the three other markers whose numbers lie between theirs. */
    private static boolean isStartOfFrame(int marker) {
        return marker >= JpegSegments.SOF0
                && marker <= JpegSegments.SOF15
                && marker != JpegSegments.DHT
                && marker != JpegSegments.JPG
                && marker != JpegSegments.DAC;
    }

    private PictureHeader frame(int marker, long at, int length) {
        int precision = bytes.u8(at);
        int height = bytes.u16(at + 1);
        int width = bytes.u16(at + 3);
        components = bytes.u8(at + 5);
        if (marker > JpegSegments.SOF2) {
            throw PictureErrors.unsupported("a lossless, hierarchical or arithmetic-coded JPEG");
        }
        if (precision != 8) {
            throw PictureErrors.unsupported("a JPEG of " + precision + " bits");
        }
        if (components == 2 || components > 4) {
            throw PictureErrors.unsupported("a JPEG of " + components + " channels");
        }
        if (height == 0) {
            throw PictureErrors.unsupported("a JPEG whose height stands behind its pixels (DNL)");
        }
        if (width == 0 || components == 0 || length != FRAME_COMPONENTS_AT + FRAME_COMPONENT_BYTES * components) {
            throw PictureErrors.damaged(PictureFormat.JPEG, "its size makes no sense");
        }
        limits.checkSize(width, height);
        progressive = marker == JpegSegments.SOF2;
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
                throw PictureErrors.damaged(PictureFormat.JPEG, "its sampling factors make no sense");
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
