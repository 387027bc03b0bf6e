package dev.facefuse.engine.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/** The parts of a WebP that its pixels need. */
final class WebpPixels {
    private WebpPixels() {}

    /**
     * A copy of a file without metadata, of which OpenCV keeps copies, and without unknown chunks.
     *
     * @param bytes a file that {@link WebpHeader} accepts
     * @return the caller's to close; its limit is the copy's length
     */
    static BytePointer essential(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.WEBP.title(), bytes, ByteOrder.LITTLE_ENDIAN);
        BytePointer copy = new BytePointer(bytes.length);
        long used = WebpHeader.FIRST_CHUNK;
        long end = WebpHeader.RIFF_FRAME_BYTES + file.u32(4);
        for (long at = used; at + WebpHeader.CHUNK_FRAME_BYTES <= end; ) {
            long length = file.u32(at + 4);
            long chunkBytes = Math.min(WebpHeader.CHUNK_FRAME_BYTES + length + (length & 1), bytes.length - at);
            if (isEssential(file, at)) {
                copy.position(used).put(bytes, (int) at, (int) chunkBytes);
                used += chunkBytes;
            }
            at += chunkBytes;
        }
        byte[] riff = ByteBuffer.allocate(WebpHeader.FIRST_CHUNK)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes, 0, 4)
                .putInt((int) used - WebpHeader.RIFF_FRAME_BYTES)
                .put(bytes, WebpHeader.RIFF_FRAME_BYTES, 4)
                .array();
        copy.position(0).put(riff, 0, riff.length);
        return copy.position(0).limit(used);
    }

    private static boolean isEssential(EncodedBytes file, long at) {
        return file.has(at, "VP8X") || file.has(at, "ALPH") || file.has(at, "VP8 ") || file.has(at, "VP8L");
    }
}
