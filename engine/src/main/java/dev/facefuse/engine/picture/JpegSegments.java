package dev.facefuse.engine.picture;

import java.nio.ByteOrder;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the markers of a JPEG (ITU-T T.81, B.1.1) and skips the entropy-coded data between them. A marker with its
 * parameters is a segment.
 *
 * <pre>{@code
 * JpegSegments segments = new JpegSegments(file);
 * while (segments.nextBeforeScan()) {
 *     EncodedBytes exif = segments.marker() == JpegSegments.APP1 ? segments.after(JpegSegments.EXIF_NAME) : null;
 * }
 * }</pre>
 */
public final class JpegSegments {
    private static final int TEM = 0x01;
    static final int SOF0 = 0xC0;
    static final int SOF2 = 0xC2;
    static final int SOF15 = 0xCF;
    static final int DHT = 0xC4;
    static final int JPG = 0xC8;
    static final int DAC = 0xCC;
    private static final int RST0 = 0xD0;
    private static final int RST7 = 0xD7;
    static final int SOI = 0xD8;
    static final int EOI = 0xD9;
    static final int SOS = 0xDA;
    static final int DRI = 0xDD;
    public static final int APP0 = 0xE0;
    public static final int APP1 = 0xE1;
    public static final int APP2 = 0xE2;
    static final int APP14 = 0xEE;
    public static final int APP15 = 0xEF;
    /** The frame of JPEG-LS (ITU-T T.87). */
    static final int SOF55 = 0xF7;

    public static final int COM = 0xFE;

    /** The name of an APP1 segment with EXIF (CIPA DC-008, 4.7.2). */
    public static final String EXIF_NAME = "Exif\0\0";

    /** The name of an APP2 segment with a piece of an ICC profile (ICC.1, annex B.4). */
    public static final String PROFILE_NAME = "ICC_PROFILE\0";

    /** The number of a piece and the number of all pieces, a byte each; the first piece has number 1. */
    public static final int PROFILE_NUMBERING_BYTES = 2;

    private static final int LENGTH_BYTES = 2;

    private final byte[] bytes;
    private final EncodedBytes file;
    private int start;
    private int marker;
    private int parameters;
    private int length;
    private int next = 2;

    /** A walk that begins after SOI, before the first segment. */
    public JpegSegments(byte[] file) {
        this.bytes = file;
        this.file = EncodedBytes.of(PictureFormat.JPEG.title(), file, ByteOrder.BIG_ENDIAN);
    }

    /** Moves to the next marker, whatever it is; false if there is none. */
    public boolean next() {
        int found = nextMarker(bytes, next);
        start = found;
        if (found >= bytes.length) {
            next = bytes.length;
            return false;
        }
        while (start > next && bytes[start - 1] == (byte) 0xFF) {
            start--;
        }
        marker = bytes[found + 1] & 0xFF;
        parameters = found + 2;
        length = hasParameters() && parameters + LENGTH_BYTES <= bytes.length ? file.u16(parameters) : 0;
        next = Math.min(bytes.length, parameters + length);
        return true;
    }

    /** Moves to the next segment before the first scan; false if there is none. {@link #start} is where the scan begins then. */
    public boolean nextBeforeScan() {
        while (next() && marker != SOS && marker != EOI) {
            if (hasParameters()) {
                return true;
            }
        }
        return false;
    }

    /** Lets the next call of {@link #next} search from here on. */
    void continueAt(int position) {
        next = position;
    }

    /** The second byte of the marker. */
    public int marker() {
        return marker;
    }

    /** The position of the marker, fill bytes included; the file's length after the last marker. */
    public int start() {
        return start;
    }

    /** The position after the marker and its parameters; the file's length after the last marker. */
    int end() {
        return next;
    }

    /** Whether the marker begins a segment. Restart markers and the file's own marks have no parameters. */
    boolean hasParameters() {
        return marker > TEM && !isRestart(marker) && marker != SOI && marker != EOI;
    }

    /** Whether the segment has a valid length and is in the file as a whole. */
    boolean isWhole() {
        return length >= LENGTH_BYTES && parameters + length <= bytes.length;
    }

    /** Fails unless the segment is whole. */
    void requireWhole() {
        file.require(parameters, Math.max(LENGTH_BYTES, length));
        if (length < LENGTH_BYTES) {
            throw PictureErrors.damaged(PictureFormat.JPEG, "a segment without a length");
        }
    }

    /** The position of the segment's data, which follow its length. */
    int dataAt() {
        return parameters + LENGTH_BYTES;
    }

    /** Bytes of the segment's data, as the segment declares them. */
    int dataLength() {
        return length - LENGTH_BYTES;
    }

    /** The segment with its marker. */
    public EncodedBytes whole() {
        return file.part(start, (long) next - start);
    }

    /** The segment's data behind the name of an application; null if the data begin with another name. */
    public @Nullable EncodedBytes after(String name) {
        int rest = dataLength() - name.length();
        return rest >= 0 && file.has(dataAt(), name) ? file.part((long) dataAt() + name.length(), rest) : null;
    }

    /**
     * The pieces of the file's ICC profile in the order of their numbers; empty if there is no profile. The first piece counts if
     * two have the same number.
     *
     * @param file whose header has been read
     */
    public static List<EncodedBytes> profile(byte[] file) {
        SortedMap<Integer, EncodedBytes> pieces = new TreeMap<>();
        JpegSegments segments = new JpegSegments(file);
        while (segments.nextBeforeScan()) {
            EncodedBytes piece = segments.marker() == APP2 ? segments.after(PROFILE_NAME) : null;
            if (piece != null && piece.length() > PROFILE_NUMBERING_BYTES) {
                EncodedBytes data =
                        piece.part(PROFILE_NUMBERING_BYTES, piece.length() - (long) PROFILE_NUMBERING_BYTES);
                pieces.putIfAbsent(piece.u8(0), data);
            }
        }
        return List.copyOf(pieces.values());
    }

    static boolean isRestart(int marker) {
        return marker >= RST0 && marker <= RST7;
    }

    /** The position of the next marker: a byte 0xFF that is followed by neither 0x00 nor 0xFF; the length if there is none. */
    static int nextMarker(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == (byte) 0xFF && bytes[i + 1] != 0 && bytes[i + 1] != (byte) 0xFF) {
                return i;
            }
        }
        return bytes.length;
    }
}
