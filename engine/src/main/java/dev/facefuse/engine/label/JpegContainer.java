package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.JpegSegments;
import dev.facefuse.engine.picture.PictureFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JPEG: EXIF and XMP each in a segment APP1, a profile in as many segments APP2 as it takes (ITU-T T.81 B.1.1.4; CIPA DC-008
 * 4.5; ISO 16684-3, 6.1.3; ICC.1 annex B.4). The picture's content is the file without its segments APP0 to APP15 and COM.
 */
final class JpegContainer implements Container {
    private static final int SOI_BYTES = 2;
    private static final int LENGTH_BYTES = 2;

    private static final String XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";

    /** The length of a segment has 16 bits and counts itself. */
    private static final int MOST_PIECE_BYTES =
            0xFFFF - LENGTH_BYTES - JpegSegments.PROFILE_NAME.length() - JpegSegments.PROFILE_NUMBERING_BYTES;

    @Override
    public Found find(byte[] file) {
        List<EncodedBytes> pieces = JpegSegments.profile(file);
        return new Found(exif(file), pieces.isEmpty() ? null : new IccProfile(pieces, false));
    }

    private static @Nullable EncodedBytes exif(byte[] file) {
        JpegSegments segments = new JpegSegments(file);
        while (segments.nextBeforeScan()) {
            EncodedBytes block = segments.marker() == JpegSegments.APP1 ? segments.after(JpegSegments.EXIF_NAME) : null;
            if (block != null) {
                return block;
            }
        }
        return null;
    }

    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        byte[] exif = metadata.exif();
        if (exif != null) {
            segments.writeBytes(segment(JpegSegments.APP1, JpegSegments.EXIF_NAME, exif));
        }
        if (metadata.xmp() != null) {
            segments.writeBytes(segment(JpegSegments.APP1, XMP_NAME, metadata.xmp()));
        }
        if (metadata.profile() != null) {
            writeProfile(metadata.profile(), segments);
        }
        return Container.insert(segments.toByteArray(), picture.bytes(), afterJfif(picture.bytes()));
    }

    /** JFIF's own segment stays the first. */
    private static int afterJfif(byte[] file) {
        JpegSegments segments = new JpegSegments(file);
        boolean jfif = segments.nextBeforeScan() && segments.marker() == JpegSegments.APP0;
        return SOI_BYTES + (jfif ? segments.whole().length() : 0);
    }

    private static void writeProfile(byte[] profile, ByteArrayOutputStream segments) {
        int count = (profile.length + MOST_PIECE_BYTES - 1) / MOST_PIECE_BYTES;
        for (int i = 0; i < count; i++) {
            int from = i * MOST_PIECE_BYTES;
            byte[] piece = Arrays.copyOfRange(profile, from, Math.min(profile.length, from + MOST_PIECE_BYTES));
            String name = JpegSegments.PROFILE_NAME + (char) (i + 1) + (char) count;
            segments.writeBytes(segment(JpegSegments.APP2, name, piece));
        }
    }

    private static byte[] segment(int marker, String name, byte[] data) {
        int length = LENGTH_BYTES + name.length() + data.length;
        return ByteBuffer.allocate(2 + length)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) length)
                .put(name.getBytes(ISO_8859_1))
                .put(data)
                .array();
    }

    @Override
    public void content(byte[] file, Consumer<EncodedBytes> parts) {
        EncodedBytes all = EncodedBytes.of(PictureFormat.JPEG.title(), file, ByteOrder.BIG_ENDIAN);
        parts.accept(all.part(0, SOI_BYTES));
        JpegSegments segments = new JpegSegments(file);
        while (segments.nextBeforeScan()) {
            if (!isMetadata(segments.marker())) {
                parts.accept(segments.whole());
            }
        }
        parts.accept(all.part(segments.start(), file.length - (long) segments.start()));
    }

    private static boolean isMetadata(int marker) {
        return (marker >= JpegSegments.APP0 && marker <= JpegSegments.APP15) || marker == JpegSegments.COM;
    }
}
