package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
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
    private static final int FIRST_CHUNK = 12;
    private static final int FRAME_BYTES = 8;
    private static final int EXTENDED_BYTES = 10;
    private static final int FLAG_PROFILE = 0x20;
    private static final int FLAG_ALPHA = 0x10;
    private static final int FLAG_EXIF = 0x08;
    private static final int FLAG_XMP = 0x04;

    /** Where VP8L says, in a bit, that there is alpha. */
    private static final int LOSSLESS_ALPHA_AT = 4;

    private static final String EXIF_NAME = "Exif\0\0";

    /** Tells every chunk, with its frame and padding. */
    private static void eachChunk(EncodedBytes bigEndian, Consumer<EncodedBytes> chunks) {
        EncodedBytes file = bigEndian.in(ByteOrder.LITTLE_ENDIAN);
        long end = Math.min(file.length(), FRAME_BYTES + file.u32(4));
        long at = FIRST_CHUNK;
        while (at + FRAME_BYTES <= end) {
            long length = file.u32(at + 4);
            long padded = FRAME_BYTES + length + (length & 1);
            chunks.accept(file.part(at, Math.min(file.length() - at, padded)));
            at += padded;
        }
    }

    private static EncodedBytes data(EncodedBytes chunk) {
        return chunk.part(FRAME_BYTES, chunk.u32(4));
    }

    private static boolean isContent(EncodedBytes chunk) {
        return chunk.has(0, "VP8 ") || chunk.has(0, "VP8L") || chunk.has(0, "ALPH");
    }

    @Override
    public Found find(EncodedBytes file) {
        Finding finding = new Finding();
        eachChunk(file, finding::look);
        return new Found(finding.exif, finding.profile, finding.xmp);
    }

    private static final class Finding {
        private @Nullable EncodedBytes exif;
        private @Nullable Block profile;
        private @Nullable Block xmp;

        private void look(EncodedBytes chunk) {
            if (chunk.has(0, "EXIF") && exif == null) {
                EncodedBytes data = data(chunk);
                // The specification has no "Exif\0\0" before the block; some writers put it there all the same.
                int skip = data.has(0, EXIF_NAME) ? EXIF_NAME.length() : 0;
                exif = data.part(skip, data.length() - (long) skip);
            } else if (chunk.has(0, "ICCP") && profile == null) {
                profile = Block.of(data(chunk));
            } else if (chunk.has(0, "XMP ") && xmp == null) {
                xmp = Block.of(data(chunk));
            }
        }
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        byte[] exif = metadata.exif() == null ? null : metadata.exif().block();
        List<EncodedBytes> content = new ArrayList<>();
        content(picture.file(), content::add);
        int flags = (metadata.profile() == null ? 0 : FLAG_PROFILE)
                | (content.stream().anyMatch(WebpContainer::saysAlpha) ? FLAG_ALPHA : 0)
                | (exif == null ? 0 : FLAG_EXIF)
                | (metadata.xmp() == null ? 0 : FLAG_XMP);
        int size = FIRST_CHUNK
                + FRAME_BYTES
                + EXTENDED_BYTES
                + content.stream().mapToInt(EncodedBytes::length).sum()
                + chunkBytes(metadata.profile())
                + chunkBytes(exif)
                + chunkBytes(metadata.xmp());
        ByteBuffer result = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        putType(result, "RIFF").putInt(size - FRAME_BYTES);
        putType(result, "WEBP");
        putExtended(result, flags, picture);
        put(result, "ICCP", metadata.profile());
        content.forEach(chunk -> result.put(chunk.view()));
        put(result, "EXIF", exif);
        put(result, "XMP ", metadata.xmp());
        return result.array();
    }

    private static boolean saysAlpha(EncodedBytes chunk) {
        return chunk.has(0, "ALPH") || (chunk.has(0, "VP8L") && (data(chunk).u8(LOSSLESS_ALPHA_AT) & 0x10) != 0);
    }

    private static int chunkBytes(byte @Nullable [] data) {
        return data == null ? 0 : FRAME_BYTES + data.length + (data.length & 1);
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
    public void content(EncodedBytes file, Consumer<EncodedBytes> parts) {
        eachChunk(file, chunk -> {
            if (isContent(chunk)) {
                parts.accept(chunk);
            }
        });
    }
}
