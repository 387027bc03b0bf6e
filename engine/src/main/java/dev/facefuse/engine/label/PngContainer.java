package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PngChunks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * PNG: chunks eXIf, iCCP and, for XMP, iTXt with a keyword of its own, before the pixels (W3C PNG, third edition, 11.3; ISO
 * 16684-3, 6.2.3). The picture's content is the signature and the chunks IHDR, PLTE, tRNS, IDAT and IEND, each whole.
 */
final class PngContainer implements Container {
    private static final int IHDR_BYTES = 13;
    private static final int AFTER_HEADER = PngChunks.SIGNATURE_BYTES + PngChunks.FRAME_BYTES + IHDR_BYTES;
    private static final int LENGTH_BYTES = 4;
    private static final int TYPE_BYTES = 4;

    /** The keyword, two bytes for no compression, and neither a language nor a translated keyword. */
    private static final String XMP_START = "XML:com.adobe.xmp\0\0\0\0\0";

    /** A name, and that the profile is deflated. */
    private static final String PROFILE_START = "ICC profile\0\0";

    private static final int MOST_NAME_BYTES = 79;

    @Override
    public Found find(byte[] file) {
        @Nullable EncodedBytes exif = null;
        @Nullable IccProfile profile = null;
        PngChunks chunks = new PngChunks(EncodedBytes.of(PictureFormat.PNG.title(), file, ByteOrder.BIG_ENDIAN));
        while (chunks.next()) {
            if (exif == null && chunks.is("eXIf")) {
                exif = chunks.data();
            } else if (profile == null && chunks.is("iCCP")) {
                profile = IccProfile.deflated(afterName(chunks.data()));
            }
        }
        return new Found(exif, profile);
    }

    /** The data behind the name, its final zero and the number of the compression; nothing if the data end before. */
    private static EncodedBytes afterName(EncodedBytes data) {
        int name = 0;
        while (name < MOST_NAME_BYTES && name < data.length() && data.u8(name) != 0) {
            name++;
        }
        int at = Math.min(name + 2, data.length());
        return data.part(at, data.length() - (long) at);
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        if (metadata.profile() != null) {
            chunks.writeBytes(chunk("iCCP", PROFILE_START, deflated(metadata.profile())));
        }
        byte[] exif = metadata.exif();
        if (exif != null) {
            chunks.writeBytes(chunk("eXIf", "", exif));
        }
        if (metadata.xmp() != null) {
            chunks.writeBytes(chunk("iTXt", XMP_START, metadata.xmp()));
        }
        return Container.insert(chunks.toByteArray(), picture.bytes(), AFTER_HEADER);
    }

    private static byte[] chunk(String type, String start, byte[] data) {
        int length = start.length() + data.length;
        ByteBuffer chunk = ByteBuffer.allocate(PngChunks.FRAME_BYTES + length).putInt(length);
        chunk.put(type.getBytes(ISO_8859_1)).put(start.getBytes(ISO_8859_1)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), LENGTH_BYTES, TYPE_BYTES + length);
        return chunk.putInt((int) crc.getValue()).array();
    }

    private static byte[] deflated(byte[] data) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(result)) {
            deflater.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail to be written", e);
        }
        return result.toByteArray();
    }

    @Override
    public void content(byte[] file, Consumer<EncodedBytes> parts) {
        EncodedBytes all = EncodedBytes.of(PictureFormat.PNG.title(), file, ByteOrder.BIG_ENDIAN);
        parts.accept(all.part(0, PngChunks.SIGNATURE_BYTES));
        PngChunks chunks = new PngChunks(all);
        while (chunks.next()) {
            if (chunks.isEssential()) {
                parts.accept(chunks.whole());
            }
        }
    }
}
