package dev.facefuse.engine.picture;

import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/** What of a PNG its pixels need. */
final class PngPixels {
    private PngPixels() {}

    /**
     * A copy of a file without what is beside the pixels: colour profiles, texts, times. libpng would parse them, and
     * complain about the common faulty ones on the terminal.
     *
     * @param bytes a file that {@link PngHeader} has found whole
     * @return the caller's to close; its limit is the copy's length
     */
    static BytePointer essential(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.PNG.title(), bytes, ByteOrder.BIG_ENDIAN);
        BytePointer copy = new BytePointer(bytes.length);
        copy.put(bytes, 0, PngHeader.SIGNATURE_BYTES);
        long used = PngHeader.SIGNATURE_BYTES;
        boolean atEnd = false;
        for (long at = used; !atEnd; ) {
            long chunkBytes = file.u32(at) + PngHeader.CHUNK_FRAME_BYTES;
            if (PngHeader.isEssential(file, at)) {
                copy.position(used).put(bytes, (int) at, (int) chunkBytes);
                used += chunkBytes;
            }
            atEnd = file.has(at + 4, "IEND");
            at += chunkBytes;
        }
        return copy.position(0).limit(used);
    }
}
