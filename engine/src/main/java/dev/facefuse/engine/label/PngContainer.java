package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * PNG: chunks eXIf, iCCP and, for XMP, iTXt with a keyword of its own, before the pixels (W3C PNG, third edition, 11.3; ISO
 * 16684-3, 6.2.3). The picture's content is the signature and the chunks IHDR, PLTE, tRNS, IDAT and IEND, each whole.
 */
final class PngContainer implements Container {
    private static final int SIGNATURE_BYTES = 8;
    private static final int DATA_AT = 8;
    /** Length, type and checksum around a chunk's data. */
    private static final int FRAME_BYTES = 12;

    private static final int AFTER_HEADER = SIGNATURE_BYTES + FRAME_BYTES + 13;
    private static final int ANCILLARY_BIT = 0x20;

    private static final String XMP_KEYWORD = "XML:com.adobe.xmp\0";
    /** A name, and that it is deflated. */
    private static final String PROFILE_NAME = "ICC profile\0\0";

    private static final int MOST_NAME_BYTES = 79;

    /** Tells every chunk, with length and checksum. */
    private static void eachChunk(EncodedBytes file, Consumer<EncodedBytes> chunks) {
        long at = SIGNATURE_BYTES;
        boolean atEnd = false;
        while (!atEnd) {
            EncodedBytes chunk = file.part(at, FRAME_BYTES + file.u32(at));
            chunks.accept(chunk);
            atEnd = chunk.has(4, "IEND");
            at += chunk.length();
        }
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
            EncodedBytes data = chunk.part(DATA_AT, chunk.length() - (long) FRAME_BYTES);
            if (chunk.has(4, "eXIf") && exif == null) {
                exif = data;
            } else if (chunk.has(4, "iCCP") && profile == null) {
                int name = lengthToZero(data, 0, MOST_NAME_BYTES);
                profile = Block.deflated(from(data, name + 2));
            } else if (chunk.has(4, "iTXt") && data.has(0, XMP_KEYWORD) && xmp == null) {
                xmp = packet(data);
            }
        }

        /** Behind the keyword: whether it is deflated, how, the language's tag, the keyword in that language. */
        private static Block packet(EncodedBytes data) {
            int flags = XMP_KEYWORD.length();
            int language = flags + 2;
            int translated = language + lengthToZero(data, language, data.length()) + 1;
            EncodedBytes text = from(data, translated + lengthToZero(data, translated, data.length()) + 1);
            return data.has(flags, "\1") ? Block.deflated(text) : Block.of(text);
        }

        private static int lengthToZero(EncodedBytes data, int from, int most) {
            int length = 0;
            while (length < most && from + length < data.length() && data.u8(from + length) != 0) {
                length++;
            }
            return length;
        }

        /** Nothing where the data end before. */
        private static EncodedBytes from(EncodedBytes data, int start) {
            int at = Math.min(start, data.length());
            return data.part(at, data.length() - (long) at);
        }
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        List<ByteBuffer> chunks = new ArrayList<>();
        if (metadata.profile() != null) {
            chunks.add(chunk("iCCP", PROFILE_NAME, deflated(metadata.profile())));
        }
        if (metadata.exif() != null) {
            chunks.add(chunk("eXIf", "", metadata.exif().block()));
        }
        if (metadata.xmp() != null) {
            chunks.add(chunk("iTXt", XMP_KEYWORD + "\0\0\0\0", metadata.xmp()));
        }
        int added = chunks.stream().mapToInt(ByteBuffer::capacity).sum();
        ByteBuffer result = ByteBuffer.allocate(picture.bytes().length + added);
        result.put(picture.bytes(), 0, AFTER_HEADER);
        chunks.forEach(chunk -> result.put(chunk.rewind()));
        return result.put(picture.bytes(), AFTER_HEADER, picture.bytes().length - AFTER_HEADER)
                .array();
    }

    private static ByteBuffer chunk(String type, String start, byte[] data) {
        int length = start.length() + data.length;
        ByteBuffer chunk = ByteBuffer.allocate(FRAME_BYTES + length).putInt(length);
        chunk.put(type.getBytes(ISO_8859_1)).put(start.getBytes(ISO_8859_1)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + length);
        return chunk.putInt((int) crc.getValue());
    }

    private static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream result = new ByteArrayOutputStream();
            byte[] buffer = new byte[8 << 10];
            while (!deflater.finished()) {
                result.write(buffer, 0, deflater.deflate(buffer));
            }
            return result.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Override
    public void content(EncodedBytes file, Consumer<EncodedBytes> parts) {
        parts.accept(file.part(0, SIGNATURE_BYTES));
        eachChunk(file, chunk -> {
            boolean critical = (chunk.u8(4) & ANCILLARY_BIT) == 0;
            if (critical || chunk.has(4, "tRNS")) {
                parts.accept(chunk);
            }
        });
    }
}
