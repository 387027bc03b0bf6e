package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.TiffDirectory;
import dev.facefuse.engine.picture.TiffDirectoryWriter;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Artist and copyright: the two texts of the template's EXIF (CIPA DC-008, 4.6.5) that a result inherits. All other tags are dropped:
 * some show the original or where it was taken (thumbnails, maker notes, GPS), and others describe a file that the result is not.
 *
 * @param texts at most two
 * @param damaged whether a text is missing here because it is damaged or too large
 */
record Attribution(List<Text> texts, boolean damaged) {
    static final Attribution NONE = new Attribution(List.of(), false);

    static final int ARTIST = 0x013B;
    static final int COPYRIGHT = 0x8298;

    /** Both texts fit into a JPEG's segment. */
    static final int MOST_TEXT_BYTES = 16 << 10;

    // Tags that a first directory must have, with the standard's default values.
    private static final int X_RESOLUTION = 0x011A;
    private static final int Y_RESOLUTION = 0x011B;
    private static final int RESOLUTION_UNIT = 0x0128;
    private static final int YCBCR_POSITIONING = 0x0213;
    private static final int DEFAULT_RESOLUTION = 72;
    private static final int INCHES = 2;
    private static final int CENTERED = 1;

    /**
     * A text as it is stored.
     *
     * @param type ASCII, or UTF-8 as EXIF 3.0 has it
     * @param value with its final zero byte
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Text(int tag, int type, byte[] value) {}

    /**
     * Reads both texts.
     *
     * @param block a TIFF header and its directory; a whole TIFF will do
     * @throws FuseException {@code bad-picture} if there is no directory
     */
    static Attribution read(EncodedBytes block) {
        TiffDirectory directory = TiffDirectory.read(block);
        List<Text> texts = new ArrayList<>();
        boolean damaged = false;
        for (int tag : new int[] {ARTIST, COPYRIGHT}) {
            if (directory.has(tag) && !add(directory, tag, texts)) {
                damaged = true;
            }
        }
        return new Attribution(texts, damaged);
    }

    /** Adds a text unless it is empty; false if it is damaged or too large. */
    private static boolean add(TiffDirectory directory, int tag, List<Text> texts) {
        int type = directory.type(tag);
        if (type != TiffDirectory.TYPE_ASCII && type != TiffDirectory.TYPE_UTF8) {
            return false;
        }
        try {
            EncodedBytes value = directory.values(tag);
            if (value.length() > MOST_TEXT_BYTES) {
                return false;
            }
            if (value.length() > 0) {
                texts.add(new Text(tag, type, value.copy()));
            }
            return true;
        } catch (FuseException outsideTheBlock) {
            return false;
        }
    }

    /** Puts the texts into the directory of a TIFF. */
    void addTo(TiffDirectoryWriter directory) {
        texts.forEach(text -> directory.put(text.tag(), text.type(), text.value()));
    }

    /** A block of EXIF with the texts and the tags that it must have. */
    byte[] exif() {
        TiffDirectoryWriter directory = new TiffDirectoryWriter(ByteOrder.LITTLE_ENDIAN);
        directory.putRational(X_RESOLUTION, DEFAULT_RESOLUTION, 1);
        directory.putRational(Y_RESOLUTION, DEFAULT_RESOLUTION, 1);
        directory.putShorts(RESOLUTION_UNIT, INCHES);
        directory.putShorts(YCBCR_POSITIONING, CENTERED);
        addTo(directory);
        return directory.block();
    }
}
