package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.TiffDirectory;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What a fused picture keeps of its template's EXIF (CIPA DC-008): who made it, with what, when. It is read value by value and
 * laid out anew, so that nothing of the rest is left between the values.
 *
 * <p>Not kept: where it was (the GPS directory), what shows the original or may (thumbnails, maker's notes), what describes how
 * pixels are stored or says which file it was, and what is not in the standard. The orientation is 1, since the pixels are turned.
 *
 * @param order of the numbers in values
 * @param image of the first directory
 * @param photo of EXIF's own
 * @param damaged whether something could not be read, or not all of it fitted in, and is missing here
 */
record Exif(ByteOrder order, List<ExifEntry> image, List<ExifEntry> photo, boolean damaged) {
    /** What a JPEG's segment holds, less its name. */
    static final int MOST_BYTES = JpegContainer.MOST_SEGMENT_BYTES - 6;

    private static final int HEADER_BYTES = 8;
    private static final int MAGIC = 42;

    private static final int UPRIGHT = 1;

    /** Where a JPEG's colours are measured if it has fewer of them than pixels: in the middle of these, as JFIF has it. */
    private static final int YCBCR_POSITIONING = 531;

    private static final int CENTERED = 1;

    private static final Set<Integer> KEPT_OF_IMAGE = Set.of(
            TiffDirectory.ORIENTATION,
            YCBCR_POSITIONING,
            270, // ImageDescription
            271, // Make
            272, // Model
            282, // XResolution
            283, // YResolution
            296, // ResolutionUnit
            305, // Software
            306, // DateTime
            315, // Artist
            316, // HostComputer
            18_246, // Rating
            18_249, // RatingPercent
            33_432, // Copyright
            40_091, // XPTitle
            40_092, // XPComment
            40_093, // XPAuthor
            40_094, // XPKeywords
            40_095); // XPSubject

    private static final int WIDTH = 40_962;
    private static final int HEIGHT = 40_963;

    /** First and last tag of each row that is kept; MakerNote, places in the picture, sounds and identifiers stand between. */
    private static final int[][] KEPT_OF_PHOTO = {
        {0x829A, 0x829D}, // exposure time to F number
        {0x8822, 0x8824}, // exposure program, spectral sensitivity
        {0x8827, 0x8835}, // sensitivities
        {0x9000, 0x9213}, // version, times, exposure, light, focal length, subject's distance
        {0x9286, 0x9286}, // UserComment
        {0x9290, 0x9292}, // parts of a second
        {0x9400, 0x9405}, // temperature to elevation of the camera
        {0xA000, 0xA003}, // Flashpix, colour space, size
        {0xA20B, 0xA213}, // flash, resolution of the sensor
        {0xA215, 0xA217}, // exposure index, way of sensing
        {0xA300, 0xA302}, // what the file comes from
        {0xA401, 0xA40C}, // processing
        {0xA430, 0xA43D}, // owner, camera, lens, title, author, editors
        {0xA460, 0xA462}, // composites
        {0xA500, 0xA500}, // Gamma
    };

    /**
     * Reads a block.
     *
     * @param block a TIFF's header, directories and values; a whole TIFF will do
     * @param picture which the block will be part of
     * @throws FuseException {@code bad-picture} if it cannot be read at all
     */
    static Exif read(EncodedBytes block, Encoded picture) {
        TiffDirectory first = TiffDirectory.read(block);
        Reading reading = new Reading(first.order(), picture);
        List<ExifEntry> image = reading.entries(first, KEPT_OF_IMAGE::contains);
        List<ExifEntry> photo = List.of();
        if (first.has(ExifDirectories.PHOTO_POINTER)) {
            photo = reading.below(first);
        }
        return new Exif(reading.order, image, photo, reading.damaged);
    }

    private static boolean isKeptOfPhoto(int tag) {
        return Arrays.stream(KEPT_OF_PHOTO).anyMatch(row -> tag >= row[0] && tag <= row[1]);
    }

    private static final class Reading {
        private final ByteOrder order;
        private final Encoded picture;
        private int bytes = HEADER_BYTES + ExifDirectories.EMPTY_BYTES;
        private boolean damaged;

        private Reading(ByteOrder order, Encoded picture) {
            this.order = order;
            this.picture = picture;
        }

        private List<ExifEntry> below(TiffDirectory first) {
            try {
                return entries(first.directory(ExifDirectories.PHOTO_POINTER), Exif::isKeptOfPhoto);
            } catch (FuseException noDirectoryThere) {
                damaged = true;
                return List.of();
            }
        }

        private List<ExifEntry> entries(TiffDirectory directory, IntPredicate kept) {
            List<ExifEntry> entries = new ArrayList<>();
            for (int tag : directory.tags()) {
                if (kept.test(tag)) {
                    add(directory, tag, entries);
                }
            }
            return entries;
        }

        /** Values may overlap: what counts is what they take together, before they are copied. */
        private void add(TiffDirectory directory, int tag, List<ExifEntry> to) {
            try {
                EncodedBytes values = directory.values(tag);
                int taken = ExifDirectories.entryBytes(values.length());
                if (taken > MOST_BYTES - bytes) {
                    damaged = true;
                    return;
                }
                bytes += taken;
                ExifEntry entry =
                        switch (tag) {
                            case TiffDirectory.ORIENTATION -> ExifEntry.ofShort(tag, UPRIGHT, order);
                            case YCBCR_POSITIONING -> ExifEntry.ofShort(tag, CENTERED, order);
                            case WIDTH -> ExifEntry.ofLong(tag, picture.width(), order);
                            case HEIGHT -> ExifEntry.ofLong(tag, picture.height(), order);
                            default -> new ExifEntry(tag, directory.type(tag), values.copy());
                        };
                to.add(entry);
            } catch (FuseException outsideTheBlock) {
                damaged = true;
            }
        }
    }

    boolean isEmpty() {
        return image.isEmpty() && photo.isEmpty();
    }

    /** The same in a byte order. Texts of the type UNDEFINED stay as they are. */
    Exif in(ByteOrder other) {
        return other.equals(order)
                ? this
                : new Exif(
                        other,
                        image.stream().map(ExifEntry::swapped).toList(),
                        photo.stream().map(ExifEntry::swapped).toList(),
                        damaged);
    }

    /** A block of its own, at most {@link #MOST_BYTES}. */
    byte[] block() {
        byte[] directories = ExifDirectories.bytes(order, HEADER_BYTES, image, photo);
        String mark = order.equals(ByteOrder.BIG_ENDIAN) ? "MM" : "II";
        return ByteBuffer.allocate(HEADER_BYTES + directories.length)
                .order(order)
                .put((byte) mark.charAt(0))
                .put((byte) mark.charAt(1))
                .putShort((short) MAGIC)
                .putInt(HEADER_BYTES)
                .put(directories)
                .array();
    }
}
