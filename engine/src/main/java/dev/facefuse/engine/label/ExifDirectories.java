package dev.facefuse.engine.label;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Lays out image file directories (TIFF 6.0, section 2): each its entries, then the values that do not fit into them. */
final class ExifDirectories {
    /** EXIF's own directory, below the first. */
    static final int PHOTO_POINTER = 34_665;

    private static final int ENTRY_BYTES = 12;
    /** How many entries there are, and where the next directory is. */
    private static final int FRAME_BYTES = 2 + 4;

    private static final int INLINE_BYTES = 4;

    /** Both directories without entries but the pointer from one to the other. */
    static final int EMPTY_BYTES = 2 * FRAME_BYTES + ENTRY_BYTES;

    private ExifDirectories() {}

    /**
     * Both directories, the second only if it has entries.
     *
     * @param at position in the file or block where they will stand, even
     * @param image entries of the first, without a pointer to the second
     * @param photo entries of EXIF's own
     */
    static byte[] bytes(ByteOrder order, int at, Collection<ExifEntry> image, Collection<ExifEntry> photo) {
        List<ExifEntry> first = new ArrayList<>(image);
        if (!photo.isEmpty()) {
            first.add(ExifEntry.ofLong(PHOTO_POINTER, 0, order));
            first.set(first.size() - 1, ExifEntry.ofLong(PHOTO_POINTER, at + bytes(first), order));
        }
        ByteBuffer to = ByteBuffer.allocate(bytes(first) + (photo.isEmpty() ? 0 : bytes(photo)))
                .order(order);
        put(to, at, first);
        if (!photo.isEmpty()) {
            put(to, at, photo);
        }
        return to.array();
    }

    private static int bytes(Collection<ExifEntry> entries) {
        return FRAME_BYTES
                + entries.stream()
                        .mapToInt(entry -> entryBytes(entry.values().length))
                        .sum();
    }

    /** What an entry takes with its values, which take so many bytes. */
    static int entryBytes(int values) {
        return ENTRY_BYTES + (values <= INLINE_BYTES ? 0 : values + (values & 1));
    }

    private static void put(ByteBuffer to, int at, Collection<ExifEntry> unsorted) {
        List<ExifEntry> entries =
                unsorted.stream().sorted(Comparator.comparing(ExifEntry::tag)).toList();
        int values = to.position() + FRAME_BYTES + entries.size() * ENTRY_BYTES;
        to.putShort((short) entries.size());
        for (ExifEntry entry : entries) {
            to.putShort((short) entry.tag()).putShort((short) entry.type()).putInt(entry.count());
            int length = entry.values().length;
            if (length <= INLINE_BYTES) {
                to.put(entry.values()).position(to.position() + INLINE_BYTES - length);
            } else {
                to.putInt(at + values).put(values, entry.values());
                values += length + (length & 1);
            }
        }
        to.putInt(0).position(values);
    }
}
