package dev.facefuse.engine.step;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureMemory;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.problem.FuseException;
import java.util.function.Supplier;

/**
 * An encoded picture whose header has been read and checked.
 *
 * @param name in messages, {@code template}
 * @param bytes read, never changed
 * @param size the size at which it will be decoded
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record SourcePicture(String name, byte[] bytes, PictureHeader header, DecodeSize size) {
    /** The size of a picture in which faces are only looked at: more pixels show no more of a face. */
    private static final DecodeSize LOOKED_AT = DecodeSize.shortEdge(2048);

    /**
     * The template.
     *
     * @throws FuseException as {@link PictureHeader#read}
     */
    public static SourcePicture template(byte[] bytes, PictureLimits limits, OutputSettings output) {
        DecodeSize size = output.longestEdge() == OutputSettings.ORIGINAL
                ? DecodeSize.full()
                : DecodeSize.shortEdge(Math.max(AdaptiveResize.SHORT_EDGE_LARGE_PX, output.longestEdge()));
        return of("template", bytes, limits, size);
    }

    /**
     * A picture in which faces are looked at.
     *
     * @param name in messages
     * @throws FuseException as {@link PictureHeader#read}
     */
    public static SourcePicture lookedAt(String name, byte[] bytes, PictureLimits limits) {
        return of(name, bytes, limits, LOOKED_AT);
    }

    private static SourcePicture of(String name, byte[] bytes, PictureLimits limits, DecodeSize size) {
        return named(name, () -> new SourcePicture(name, bytes, PictureHeader.read(bytes, limits), size));
    }

    /** The decoded picture; the caller's to close. */
    public Picture decode(PictureReader reader) {
        return named(name, () -> reader.read(bytes, header, size));
    }

    /** The host memory that it takes. */
    public PictureMemory memory() {
        return new PictureMemory(header, bytes.length, size);
    }

    Encoded encoded() {
        return new Encoded(bytes, header.format(), header.shownWidth(), header.shownHeight());
    }

    /** Puts the picture's name in front of an error's message. */
    private static <T> T named(String name, Supplier<T> work) {
        try {
            return work.get();
        } catch (FuseException e) {
            throw new FuseException(e.code(), name + ": " + e.getMessage(), e);
        }
    }
}
