package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.RiffChunks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * WebP: chunks EXIF, ICCP and XMP of the extended format (RFC 9649, 2.7). The picture's content is the chunks ALPH, VP8 and VP8L,
 * each with its frame and padding.
 */
final class WebpContainer implements Container {
    private static final int EXTENDED_BYTES = 10;
    private static final int FLAG_PROFILE = 0x20;
    private static final int FLAG_ALPHA = 0x10;
    private static final int FLAG_EXIF = 0x08;
    private static final int FLAG_XMP = 0x04;

    /** The byte of VP8L that says, in a bit, that there is alpha. */
    private static final int LOSSLESS_ALPHA_AT = 4;

    private static final int LOSSLESS_ALPHA_BIT = 0x10;

    private static RiffChunks chunks(byte[] file) {
        return new RiffChunks(EncodedBytes.of(PictureFormat.WEBP.title(), file, ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public Found find(byte[] file) {
        @Nullable EncodedBytes exif = null;
        @Nullable IccProfile profile = null;
        RiffChunks chunks = chunks(file);
        while (chunks.next()) {
            if (exif == null && chunks.is("EXIF")) {
                exif = chunks.exif();
            } else if (profile == null && chunks.is("ICCP")) {
                profile = IccProfile.of(chunks.data());
            }
        }
        return new Found(exif, profile);
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        byte[] exif = metadata.exif();
        List<EncodedBytes> content = new ArrayList<>();
        content(picture.bytes(), content::add);
        int flags = (metadata.profile() == null ? 0 : FLAG_PROFILE)
                | (hasAlpha(picture.bytes()) ? FLAG_ALPHA : 0)
                | (exif == null ? 0 : FLAG_EXIF)
                | (metadata.xmp() == null ? 0 : FLAG_XMP);
        int size = RiffChunks.HEADER_BYTES
                + RiffChunks.FRAME_BYTES
                + EXTENDED_BYTES
                + content.stream().mapToInt(EncodedBytes::length).sum()
                + chunkBytes(metadata.profile())
                + chunkBytes(exif)
                + chunkBytes(metadata.xmp());
        ByteBuffer result = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        putType(result, "RIFF").putInt(size - RiffChunks.FRAME_BYTES);
        putType(result, "WEBP");
        putExtended(result, flags, picture);
        put(result, "ICCP", metadata.profile());
        content.forEach(chunk -> result.put(chunk.view()));
        put(result, "EXIF", exif);
        put(result, "XMP ", metadata.xmp());
        return result.array();
    }

    private static boolean hasAlpha(byte[] file) {
        RiffChunks chunks = chunks(file);
        while (chunks.next()) {
            boolean lossless = chunks.is("VP8L");
            if (chunks.is("ALPH") || (lossless && (chunks.data().u8(LOSSLESS_ALPHA_AT) & LOSSLESS_ALPHA_BIT) != 0)) {
                return true;
            }
        }
        return false;
    }

    private static int chunkBytes(byte @Nullable [] data) {
        return data == null ? 0 : RiffChunks.FRAME_BYTES + data.length + (data.length & 1);
    }

    private static void putExtended(ByteBuffer to, int flags, Encoded picture) {
        putType(to, "VP8X").putInt(EXTENDED_BYTES).putInt(flags);
        for (int edge : new int[] {picture.width() - 1, picture.height() - 1}) {
            to.putShort((short) edge).put((byte) (edge >> 16));
        }
    }

    private static void put(ByteBuffer to, String type, byte @Nullable [] data) {
        if (data != null) {
            putType(to, type).putInt(data.length).put(data);
            if ((data.length & 1) != 0) {
                to.put((byte) 0);
            }
        }
    }

    private static ByteBuffer putType(ByteBuffer to, String type) {
        return to.put(type.getBytes(ISO_8859_1));
    }

    @Override
    public void content(byte[] file, Consumer<EncodedBytes> parts) {
        RiffChunks chunks = chunks(file);
        while (chunks.next()) {
            if (chunks.isImage()) {
                parts.accept(chunks.whole());
            }
        }
    }
}
