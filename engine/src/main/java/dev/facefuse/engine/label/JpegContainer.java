package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JPEG: EXIF and XMP each in a segment APP1, a profile in as many segments APP2 as it takes (ITU-T T.81 B.1.1.4; CIPA DC-008
 * 4.5; ISO 16684-3, 6.1.3; ICC.1 annex B.4). The picture's content is the file without its segments APP0 to APP15 and COM.
 */
final class JpegContainer implements Container {
    private static final int SOI_BYTES = 2;
    private static final int MARKER_TEM = 0x01;
    private static final int MARKER_RST0 = 0xD0;
    private static final int MARKER_SOI = 0xD8;
    private static final int MARKER_EOI = 0xD9;
    private static final int MARKER_SOS = 0xDA;
    private static final int MARKER_APP0 = 0xE0;
    private static final int MARKER_APP1 = 0xE1;
    private static final int MARKER_APP2 = 0xE2;
    private static final int MARKER_APP15 = 0xEF;
    private static final int MARKER_COM = 0xFE;

    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
    private static final String PROFILE = "ICC_PROFILE\0";

    /** Number and count of the pieces of a profile, a byte each, from 1 on. */
    private static final int NUMBERING_BYTES = 2;

    /** A marker and its length. */
    private static final int FRAME_BYTES = 4;

    /** What a length of 16 bits, which counts itself, leaves. */
    static final int MOST_SEGMENT_BYTES = 0xFFFF - 2;

    private static final int MOST_PIECE_BYTES = MOST_SEGMENT_BYTES - PROFILE.length() - NUMBERING_BYTES;

    /**
     * A segment before the first scan.
     *
     * @param whole with its marker
     * @param data without marker and length
     */
    private record Segment(int marker, EncodedBytes whole, EncodedBytes data) {
        private boolean isMetadata() {
            return (marker >= MARKER_APP0 && marker <= MARKER_APP15) || marker == MARKER_COM;
        }

        private @Nullable EncodedBytes after(String name) {
            return data.has(0, name) ? data.part(name.length(), data.length() - name.length()) : null;
        }
    }

    /**
     * Tells every segment before the first scan.
     *
     * @return where the scan begins
     */
    private static int eachSegment(EncodedBytes file, Consumer<Segment> segments) {
        int at = SOI_BYTES;
        while (true) {
            int start = file.indexOfMarker(at);
            at = start;
            while (file.u8(at) == 0xFF) {
                at++;
            }
            int marker = file.u8(at++);
            if (marker == MARKER_SOS || marker == MARKER_EOI) {
                return start;
            }
            if (marker > MARKER_TEM && !(marker >= MARKER_RST0 && marker <= MARKER_SOI)) {
                int length = Math.max(2, file.u16(at));
                segments.accept(
                        new Segment(marker, file.part(start, at + length - start), file.part(at + 2, length - 2)));
                at += length;
            }
        }
    }

    @Override
    public Found find(EncodedBytes file) {
        Finding finding = new Finding();
        eachSegment(file, finding::look);
        return new Found(
                finding.exif, finding.pieces.isEmpty() ? null : new Block(finding.pieces.values(), false), finding.xmp);
    }

    private static final class Finding {
        private @Nullable EncodedBytes exif;
        private @Nullable Block xmp;
        private final SortedMap<Integer, EncodedBytes> pieces = new TreeMap<>();

        private void look(Segment segment) {
            if (segment.marker() == MARKER_APP1) {
                EncodedBytes block = segment.after(EXIF);
                EncodedBytes packet = segment.after(XMP);
                exif = exif == null ? block : exif;
                xmp = xmp == null && packet != null ? Block.of(packet) : xmp;
            } else if (segment.marker() == MARKER_APP2) {
                EncodedBytes piece = segment.after(PROFILE);
                if (piece != null && piece.length() > NUMBERING_BYTES) {
                    pieces.putIfAbsent(
                            piece.u8(0), piece.part(NUMBERING_BYTES, piece.length() - (long) NUMBERING_BYTES));
                }
            }
        }
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        byte[] exif = metadata.exif() == null ? null : metadata.exif().block();
        byte[] profile = metadata.profile();
        byte[] xmp = metadata.xmp();
        int afterHeader = afterJfif(picture.file());
        ByteBuffer result = ByteBuffer.allocate(picture.bytes().length
                + segmentBytes(EXIF, exif)
                + segmentBytes(XMP, xmp)
                + (profile == null ? 0 : profile.length + pieces(profile) * (FRAME_BYTES + overhead())));
        result.put(picture.bytes(), 0, afterHeader);
        if (exif != null) {
            put(result, MARKER_APP1, EXIF, exif);
        }
        if (xmp != null) {
            put(result, MARKER_APP1, XMP, xmp);
        }
        if (profile != null) {
            putPieces(result, profile);
        }
        return result.put(picture.bytes(), afterHeader, picture.bytes().length - afterHeader)
                .array();
    }

    /** JFIF's own segment stays the first. */
    private static int afterJfif(EncodedBytes file) {
        return file.u16(SOI_BYTES) == (0xFF00 | MARKER_APP0) ? SOI_BYTES + 2 + file.u16(SOI_BYTES + 2) : SOI_BYTES;
    }

    private static int segmentBytes(String name, byte @Nullable [] data) {
        return data == null ? 0 : FRAME_BYTES + name.length() + data.length;
    }

    private static int overhead() {
        return PROFILE.length() + NUMBERING_BYTES;
    }

    private static int pieces(byte[] profile) {
        return (profile.length + MOST_PIECE_BYTES - 1) / MOST_PIECE_BYTES;
    }

    private static void putPieces(ByteBuffer to, byte[] profile) {
        int count = pieces(profile);
        for (int i = 0; i < count; i++) {
            int from = i * MOST_PIECE_BYTES;
            int length = Math.min(MOST_PIECE_BYTES, profile.length - from);
            putFrame(to, MARKER_APP2, overhead() + length);
            to.put(PROFILE.getBytes(ISO_8859_1)).put((byte) (i + 1)).put((byte) count);
            to.put(profile, from, length);
        }
    }

    private static void put(ByteBuffer to, int marker, String name, byte[] data) {
        putFrame(to, marker, name.length() + data.length);
        to.put(name.getBytes(ISO_8859_1)).put(data);
    }

    private static void putFrame(ByteBuffer to, int marker, int dataBytes) {
        to.put((byte) 0xFF).put((byte) marker).putShort((short) (dataBytes + 2));
    }

    @Override
    public void content(EncodedBytes file, Consumer<EncodedBytes> parts) {
        parts.accept(file.part(0, SOI_BYTES));
        int scan = eachSegment(file, segment -> {
            if (!segment.isMetadata()) {
                parts.accept(segment.whole());
            }
        });
        parts.accept(file.part(scan, file.length() - (long) scan));
    }
}
