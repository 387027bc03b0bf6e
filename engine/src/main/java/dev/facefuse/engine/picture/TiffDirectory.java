package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The first image file directory of a TIFF 6.0 file, which is also what an EXIF block is. Values are read where they stand
 * when they are asked for; one that is declared outside the file is a truncated picture.
 */
final class TiffDirectory {
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int PHOTOMETRIC = 262;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    private static final int MAGIC = 42;
    static final int ENTRY_BYTES = 12;
    private static final int TYPE_BYTE = 1;
    static final int TYPE_SHORT = 3;
    private static final int TYPE_LONG = 4;

    private final EncodedBytes bytes;
    private final Map<Integer, Long> entries = new HashMap<>();

    private TiffDirectory(EncodedBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the directory the header points to.
     *
     * @throws FuseException {@code bad-picture} if the file ends before the directory does
     */
    static TiffDirectory read(EncodedBytes file) {
        EncodedBytes bytes = file.in(file.has(0, "MM") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (bytes.u16(2) != MAGIC) {
            throw Refusals.damaged(PictureFormat.TIFF, "its header makes no sense");
        }
        long at = bytes.u32(4);
        int count = bytes.u16(at);
        bytes.require(at + 2, (long) count * ENTRY_BYTES);
        TiffDirectory directory = new TiffDirectory(bytes);
        for (int i = 0; i < count; i++) {
            long entry = at + 2 + (long) i * ENTRY_BYTES;
            directory.entries.putIfAbsent(bytes.u16(entry), entry);
        }
        return directory;
    }

    /** EXIF's orientation, 1 to 8; 1 where the block says nothing or nonsense: a bad tag must not cost the picture. */
    static int exifOrientation(EncodedBytes exif) {
        try {
            long orientation = read(exif).number(ORIENTATION, 1);
            return Orientation.isValid(orientation) ? (int) orientation : 1;
        } catch (FuseException damagedBlock) {
            return 1;
        }
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** How many values the tag has; 0 where it is missing. */
    long count(int tag) {
        Long entry = entries.get(tag);
        return entry == null ? 0 : bytes.u32(entry + 4);
    }

    /** The first value of an unsigned whole-number tag. */
    long number(int tag, long whenMissing) {
        return count(tag) == 0 ? whenMissing : number(tag, 0L, whenMissing);
    }

    /** A value of an unsigned whole-number tag; {@code whenOther} where it is missing or of another type. */
    long number(int tag, long index, long whenOther) {
        long at = valueAt(tag, index);
        if (at < 0) {
            return whenOther;
        }
        return switch (typeOf(tag)) {
            case TYPE_BYTE -> bytes.u8(at);
            case TYPE_SHORT -> bytes.u16(at);
            default -> bytes.u32(at);
        };
    }

    /**
     * Writes a value over a 16-bit tag's first one in a copy of the file, if the tag is there.
     *
     * @param put is given the position of each byte and its new value
     */
    void overwriteShort(int tag, int value, BytePut put) {
        long at = valueAt(tag, 0);
        if (at < 0 || typeOf(tag) != TYPE_SHORT) {
            return;
        }
        boolean bigEndian = bytes.has(0, "MM");
        put.put(at, (byte) (bigEndian ? value >> 8 : value));
        put.put(at + 1, (byte) (bigEndian ? value : value >> 8));
    }

    /** Sets one byte of a copy of the file. */
    @FunctionalInterface
    interface BytePut {
        void put(long at, byte value);
    }

    private int typeOf(int tag) {
        Long entry = entries.get(tag);
        return entry == null ? 0 : bytes.u16(entry + 2);
    }

    /** Where the value stands; −1 if the tag is missing, has fewer values or is of no unsigned whole-number type. */
    private long valueAt(int tag, long index) {
        Long entry = entries.get(tag);
        int size =
                switch (typeOf(tag)) {
                    case TYPE_BYTE -> 1;
                    case TYPE_SHORT -> 2;
                    case TYPE_LONG -> 4;
                    default -> 0;
                };
        if (entry == null || size == 0 || index >= count(tag)) {
            return -1;
        }
        long valueBytes = count(tag) * size;
        long values = valueBytes <= 4 ? entry + 8 : bytes.u32(entry + 8);
        bytes.require(values, valueBytes);
        return values + index * size;
    }
}
