package dev.facefuse.engine.picture;

import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/** The parts of a JPEG that its pixels need. */
final class JpegPixels {
    private static final int MARKER_EOI = 0xD9;
    private static final int MARKER_APP0 = 0xE0;
    private static final int MARKER_APP14 = 0xEE;
    private static final int MARKER_APP15 = 0xEF;
    private static final int MARKER_COM = 0xFE;

    private final byte[] bytes;
    private final EncodedBytes file;
    private final BytePointer copy;
    private long used;

    private JpegPixels(byte[] bytes) {
        this.bytes = bytes;
        this.file = EncodedBytes.of(PictureFormat.JPEG.title(), bytes, ByteOrder.BIG_ENDIAN);
        this.copy = new BytePointer(bytes.length);
    }

    /**
     * A copy of a file without metadata, of which OpenCV keeps copies, and without what follows its end.
     *
     * @param bytes a file that {@link JpegHeader} accepts
     * @return the caller's to close; its limit is the copy's length
     */
    static BytePointer essential(byte[] bytes) {
        JpegPixels pixels = new JpegPixels(bytes);
        pixels.copy();
        return pixels.copy.position(0).limit(pixels.used);
    }

    private void copy() {
        long from = 0;
        int at = 2;
        while (at < bytes.length) {
            if (bytes[at] != (byte) 0xFF) {
                at++;
                continue;
            }
            int start = at;
            while (at < bytes.length && bytes[at] == (byte) 0xFF) {
                at++;
            }
            int marker = at < bytes.length ? file.u8(at++) : MARKER_EOI;
            if (marker == MARKER_EOI) {
                break;
            }
            if (JpegHeader.hasParameters(marker) && at + 2 <= bytes.length) {
                int end = Math.min(bytes.length, at + file.u16(at));
                if (isMetadata(marker)) {
                    put(from, start);
                    from = end;
                }
                at = end;
            }
        }
        put(from, at);
    }

    private void put(long from, long to) {
        copy.position(used).put(bytes, (int) from, (int) (to - from));
        used += to - from;
    }

    /** APP0 and APP14 say how colours are stored. */
    private static boolean isMetadata(int marker) {
        boolean application = marker > MARKER_APP0 && marker <= MARKER_APP15 && marker != MARKER_APP14;
        return application || marker == MARKER_COM;
    }
}
