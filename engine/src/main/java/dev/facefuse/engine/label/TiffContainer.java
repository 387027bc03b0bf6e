package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.TiffDirectory;
import dev.facefuse.engine.picture.TiffDirectoryWriter;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TIFF: tags of the first directory, 700 for XMP, 34675 for a profile, and EXIF's artist and copyright, which TIFF has too (TIFF 6.0; ISO
 * 16684-3, 6.1.8; ICC.1 annex B.3). The picture's content is its strips, in their order.
 */
final class TiffContainer implements Container {
    private static final int XMP = 700;
    private static final int PROFILE = 34_675;

    private static EncodedBytes all(byte[] file) {
        return EncodedBytes.of(PictureFormat.TIFF.title(), file, ByteOrder.BIG_ENDIAN);
    }

    /** The file as a whole is a block of EXIF. */
    @Override
    public Found find(byte[] file) {
        return new Found(all(file), profile(TiffDirectory.read(file)));
    }

    private static @Nullable IccProfile profile(TiffDirectory page) {
        if (!page.has(PROFILE)) {
            return null;
        }
        try {
            return IccProfile.of(page.values(PROFILE));
        } catch (FuseException declaredOutsideTheFile) {
            return IccProfile.MISSING;
        }
    }

    /** The directory moves to the end, where there is space. */
    @Override
    public byte[] write(Encoded picture, Metadata metadata) {
        TiffDirectoryWriter directory = TiffDirectoryWriter.of(TiffDirectory.read(picture.bytes()));
        metadata.attribution().addTo(directory);
        if (metadata.xmp() != null) {
            directory.put(XMP, TiffDirectory.TYPE_BYTE, metadata.xmp());
        }
        if (metadata.profile() != null) {
            directory.put(PROFILE, TiffDirectory.TYPE_UNDEFINED, metadata.profile());
        }
        return directory.appendTo(picture.bytes());
    }

    @Override
    public void content(byte[] file, Consumer<EncodedBytes> parts) {
        EncodedBytes all = all(file);
        TiffDirectory page = TiffDirectory.read(file);
        for (long i = 0; i < page.count(TiffDirectory.STRIP_OFFSETS); i++) {
            parts.accept(all.part(
                    page.number(TiffDirectory.STRIP_OFFSETS, i, -1),
                    page.number(TiffDirectory.STRIP_BYTE_COUNTS, i, -1)));
        }
    }
}
