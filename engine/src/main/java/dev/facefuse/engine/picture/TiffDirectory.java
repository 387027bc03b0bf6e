package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An image file directory of a TIFF 6.0 file or of an EXIF block, which has the same structure. Values are not copied: they are read
 * from the file when they are asked for. A value that is declared outside the file is a truncated picture.
 */
public final class TiffDirectory {
    static final int NEW_SUBFILE_TYPE = 254;
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int FILL_ORDER = 266;
    public static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    public static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int T4_OPTIONS = 292;
    static final int T6_OPTIONS = 293;
    static final int PREDICTOR = 317;
    static final int COLOUR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int SUB_DIRECTORIES = 330;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;
    static final int YCBCR_COEFFICIENTS = 529;
    static final int YCBCR_SUBSAMPLING = 530;
    static final int YCBCR_POSITIONING = 531;
    static final int REFERENCE_BLACK_WHITE = 532;
    static final int DNG_VERSION = 50_706;

    private static final int MAGIC = 42;
    static final int ENTRY_BYTES = 12;
    public static final int TYPE_BYTE = 1;
    public static final int TYPE_ASCII = 2;
    static final int TYPE_SHORT = 3;
    static final int TYPE_LONG = 4;
    static final int TYPE_RATIONAL = 5;
    public static final int TYPE_UNDEFINED = 7;
    /** EXIF 3.0's text. */
    public static final int TYPE_UTF8 = 129;

    /** Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, the signed ones, FLOAT, DOUBLE; 0 for none there is. */
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

    private final EncodedBytes bytes;
    private final Map<Integer, Long> entries = new TreeMap<>();

    private TiffDirectory(EncodedBytes bytes) {
        this.bytes = bytes;
    }

    /** Reads the first directory of a whole file. */
    public static TiffDirectory read(byte[] tiff) {
        return read(EncodedBytes.of(PictureFormat.TIFF.title(), tiff, ByteOrder.BIG_ENDIAN));
    }

    /**
     * Reads the first directory.
     *
     * @throws FuseException {@code bad-picture} if the file ends before the directory does
     */
    public static TiffDirectory read(EncodedBytes file) {
        EncodedBytes bytes = file.in(file.has(0, "MM") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (bytes.u16(2) != MAGIC) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "its header makes no sense");
        }
        long at = bytes.u32(4);
        int count = bytes.u16(at);
        bytes.require(at + 2, (long) count * ENTRY_BYTES);
        return read(bytes, at, count);
    }

    private static TiffDirectory read(EncodedBytes bytes, long at, int count) {
        TiffDirectory directory = new TiffDirectory(bytes);
        for (int i = 0; i < count; i++) {
            long entry = at + 2 + (long) i * ENTRY_BYTES;
            directory.entries.putIfAbsent(bytes.u16(entry), entry);
        }
        return directory;
    }

    /**
     * EXIF's orientation, 1 to 8; 1 if it is missing or invalid, so that a bad tag does not make the picture unreadable. A block may begin
     * with the name that it has in a JPEG, and its directory may declare more entries than there are.
     */
    static int exifOrientation(EncodedBytes exif) {
        try {
            EncodedBytes block = exif;
            while (block.has(0, JpegSegments.EXIF_NAME)) {
                block = block.part(JpegSegments.EXIF_NAME.length(), block.length() - JpegSegments.EXIF_NAME.length());
            }
            block = block.in(block.has(0, "MM") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            long at = block.u32(4);
            long room = (block.length() - at - 2) / ENTRY_BYTES;
            int count = (int) Math.min(block.u16(at), Math.max(0, room));
            long orientation = read(block, at, count).number(ORIENTATION, 1);
            return Orientation.isValid(orientation) ? (int) orientation : 1;
        } catch (FuseException damagedBlock) {
            return 1;
        }
    }

    /** The byte order of the file. */
    public ByteOrder order() {
        return bytes.order();
    }

    /** All tags, in ascending order. */
    public Set<Integer> tags() {
        return entries.keySet();
    }

    public boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** The type of a tag's values as TIFF numbers it; 0 where the tag is missing. */
    public int type(int tag) {
        Long entry = entries.get(tag);
        return entry == null ? 0 : bytes.u16(entry + 2);
    }

    /**
     * All values of a tag as they are stored, in the file's byte order.
     *
     * @throws FuseException {@code bad-picture} if there are none of a type that TIFF has, or they stand outside the file
     */
    public EncodedBytes values(int tag) {
        Long entry = entries.get(tag);
        int size = bytesOf(type(tag));
        if (entry == null || size == 0) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "a value of an unknown type");
        }
        long length = count(tag) * size;
        return bytes.part(valuesAt(entry, length), length);
    }

    /** Bytes that one value of a type takes; 0 if there is no such type. */
    public static int bytesOf(int type) {
        return type < TYPE_BYTES.length ? TYPE_BYTES[type] : type == TYPE_UTF8 ? 1 : 0;
    }

    /** Up to four bytes are in the entry itself. */
    private long valuesAt(long entry, long length) {
        return length <= 4 ? entry + 8 : bytes.u32(entry + 8);
    }

    /** The number of a tag's values; 0 if the tag is missing. */
    public long count(int tag) {
        Long entry = entries.get(tag);
        return entry == null ? 0 : bytes.u32(entry + 4);
    }

    /** The first value of an unsigned whole-number tag. */
    long number(int tag, long whenMissing) {
        return count(tag) == 0 ? whenMissing : number(tag, 0L, whenMissing);
    }

    /** A value of an unsigned whole-number tag; {@code whenOther} where it is missing or of another type. */
    public long number(int tag, long index, long whenOther) {
        long at = valueAt(tag, index);
        if (at < 0) {
            return whenOther;
        }
        return switch (type(tag)) {
            case TYPE_BYTE -> bytes.u8(at);
            case TYPE_SHORT -> bytes.u16(at);
            default -> bytes.u32(at);
        };
    }

    /**
     * The only value of a tag that has to be there.
     *
     * @throws FuseException {@code bad-picture} if the tag is missing, or is not one value of the type BYTE, SHORT or LONG
     */
    long required(int tag) {
        if (!has(tag)) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "tag " + tag + " is missing");
        }
        return single(tag, 0);
    }

    /**
     * The only value of a tag; {@code whenMissing} if the tag is not there.
     *
     * @throws FuseException {@code bad-picture} if it is not one value of the type BYTE, SHORT or LONG
     */
    long single(int tag, long whenMissing) {
        if (!has(tag)) {
            return whenMissing;
        }
        if (count(tag) != 1) {
            throw PictureErrors.damaged(
                    PictureFormat.TIFF, "tag " + tag + " has " + count(tag) + " values instead of one");
        }
        return valueOf(tag, 0);
    }

    /**
     * A value of a tag that is there.
     *
     * @throws FuseException {@code bad-picture} if there is no such value, or it is not of the type BYTE, SHORT or LONG
     */
    long valueOf(int tag, long index) {
        long value = number(tag, index, -1);
        if (value < 0) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "tag " + tag + " has an unknown type");
        }
        return value;
    }

    /** Fails as truncated unless these bytes are in the file. */
    void requireInFile(long at, long length) {
        bytes.require(at, length);
    }

    /** The value's position; −1 if the tag is missing, has fewer values or is of no unsigned whole-number type. */
    private long valueAt(int tag, long index) {
        Long entry = entries.get(tag);
        int type = type(tag);
        boolean whole = type == TYPE_BYTE || type == TYPE_SHORT || type == TYPE_LONG;
        if (entry == null || !whole || index >= count(tag)) {
            return -1;
        }
        int size = bytesOf(type);
        long valueBytes = count(tag) * size;
        long values = valuesAt(entry, valueBytes);
        bytes.require(values, valueBytes);
        return values + index * size;
    }
}
