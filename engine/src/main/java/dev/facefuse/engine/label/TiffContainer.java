package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.TiffDirectory;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TIFF: tags of the first directory, 700 for XMP, 34675 for a profile, EXIF's own with another directory below (TIFF 6.0; ISO
 * 16684-3, 6.1.8; ICC.1 annex B.3; CIPA DC-008 4.6.2). A file without EXIF in it is its EXIF nevertheless: the same tags say who
 * made it and when. The picture's content is its strips, in their order.
 */
final class TiffContainer implements Container {
    private static final int XMP = 700;
    private static final int PROFILE = 34_675;
    private static final int FIRST_DIRECTORY_AT = 4;

    @Override
    public Found find(EncodedBytes file) {
        TiffDirectory page = TiffDirectory.read(file);
        return new Found(file, block(page, PROFILE), block(page, XMP));
    }

    private static @Nullable Block block(TiffDirectory page, int tag) {
        if (!page.has(tag)) {
            return null;
        }
        try {
            return Block.of(page.values(tag));
        } catch (FuseException declaredOutsideTheFile) {
            return Block.EMPTY;
        }
    }

    /** The directory moves to the end, where there is room. */
    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        TiffDirectory page = TiffDirectory.read(picture.file());
        SortedMap<Integer, ExifEntry> entries = new TreeMap<>();
        List<ExifEntry> below = List.of();
        if (metadata.exif() != null) {
            Exif exif = metadata.exif().in(ByteOrder.LITTLE_ENDIAN);
            exif.image().forEach(entry -> entries.put(entry.tag(), entry));
            below = exif.photo();
        }
        for (int tag : page.tags()) {
            entries.put(tag, new ExifEntry(tag, page.type(tag), page.values(tag).copy()));
        }
        if (metadata.xmp() != null) {
            entries.put(XMP, new ExifEntry(XMP, TiffDirectory.TYPE_BYTE, metadata.xmp()));
        }
        if (metadata.profile() != null) {
            entries.put(PROFILE, new ExifEntry(PROFILE, TiffDirectory.TYPE_UNDEFINED, metadata.profile()));
        }
        int at = picture.bytes().length + (picture.bytes().length & 1);
        byte[] directories = ExifDirectories.bytes(ByteOrder.LITTLE_ENDIAN, at, entries.values(), below);
        byte[] result = Arrays.copyOf(picture.bytes(), at + directories.length);
        System.arraycopy(directories, 0, result, at, directories.length);
        ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putInt(FIRST_DIRECTORY_AT, at);
        return result;
    }

    @Override
    public void content(EncodedBytes file, Consumer<EncodedBytes> parts) {
        TiffDirectory page = TiffDirectory.read(file);
        for (long i = 0; i < page.count(TiffDirectory.STRIP_OFFSETS); i++) {
            parts.accept(file.part(
                    page.number(TiffDirectory.STRIP_OFFSETS, i, -1),
                    page.number(TiffDirectory.STRIP_BYTE_COUNTS, i, -1)));
        }
    }
}
