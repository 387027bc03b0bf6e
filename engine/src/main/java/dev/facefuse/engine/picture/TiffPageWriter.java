package dev.facefuse.engine.picture;

import java.util.Arrays;
import java.util.Map;

/** The directory of a TIFF page that contains only what libtiff needs for the pixels. */
final class TiffPageWriter {
    /** A colour map for samples of 16 bits. */
    private static final int MOST_COPIED_BYTES = (3 * Short.BYTES) << 16;

    /** Tags whose values are copied as they are, each with the only type it may have. */
    private static final Map<Integer, Integer> COPIED = Map.of(
            TiffDirectory.COLOUR_MAP, TiffDirectory.TYPE_SHORT,
            TiffDirectory.JPEG_TABLES, TiffDirectory.TYPE_UNDEFINED,
            TiffDirectory.YCBCR_COEFFICIENTS, TiffDirectory.TYPE_RATIONAL,
            TiffDirectory.YCBCR_SUBSAMPLING, TiffDirectory.TYPE_SHORT,
            TiffDirectory.REFERENCE_BLACK_WHITE, TiffDirectory.TYPE_RATIONAL);

    /** Tags with one value, which is a SHORT. */
    private static final int[] SHORTS = {
        TiffDirectory.FILL_ORDER, TiffDirectory.PREDICTOR, TiffDirectory.YCBCR_POSITIONING
    };

    private final TiffLayout layout;
    private final TiffDirectory page;
    private final TiffDirectoryWriter directory;

    private TiffPageWriter(TiffLayout layout) {
        this.layout = layout;
        this.page = layout.page();
        this.directory = new TiffDirectoryWriter(page.order());
    }

    /** The directory, in the byte order of the page's own. */
    static TiffDirectoryWriter directory(TiffLayout layout) {
        TiffPageWriter writer = new TiffPageWriter(layout);
        writer.write();
        return writer.directory;
    }

    private void write() {
        directory.putLongs(TiffDirectory.IMAGE_WIDTH, layout.width());
        directory.putLongs(TiffDirectory.IMAGE_LENGTH, layout.height());
        directory.putShorts(TiffDirectory.BITS_PER_SAMPLE, repeated(layout.bits(), layout.samples()));
        directory.putShorts(TiffDirectory.COMPRESSION, layout.compression());
        directory.putShorts(TiffDirectory.PHOTOMETRIC, layout.photometric());
        directory.putShorts(TiffDirectory.SAMPLES_PER_PIXEL, layout.samples());
        directory.putShorts(
                TiffDirectory.PLANAR_CONFIGURATION,
                layout.planar() ? TiffLayout.PLANAR_SEPARATE : TiffLayout.PLANAR_CHUNKY);
        if (layout.tiled()) {
            directory.putLongs(TiffDirectory.TILE_WIDTH, layout.blockWidth());
            directory.putLongs(TiffDirectory.TILE_LENGTH, layout.blockHeight());
        } else {
            directory.putLongs(TiffDirectory.ROWS_PER_STRIP, layout.blockHeight());
        }
        directory.putLongs(layout.offsetsTag(), values(layout.offsetsTag(), layout.blocks()));
        directory.putLongs(layout.byteCountsTag(), values(layout.byteCountsTag(), layout.blocks()));
        for (int tag : SHORTS) {
            if (page.has(tag)) {
                directory.putShorts(tag, page.single(tag, 0));
            }
        }
        options(TiffDirectory.T4_OPTIONS);
        options(TiffDirectory.T6_OPTIONS);
        extraSamples();
        COPIED.forEach(this::copy);
    }

    private void options(int tag) {
        if (page.has(tag)) {
            directory.putLongs(tag, page.single(tag, 0));
        }
    }

    private void extraSamples() {
        long count = page.count(TiffDirectory.EXTRA_SAMPLES);
        if (count > 0) {
            long[] extra = values(TiffDirectory.EXTRA_SAMPLES, count);
            extra[0] = TiffHeader.EXTRA_SAMPLE_ASSOCIATED;
            directory.putShorts(TiffDirectory.EXTRA_SAMPLES, extra);
        }
    }

    private void copy(int tag, int type) {
        if (page.has(tag)) {
            EncodedBytes values = page.values(tag);
            if (page.type(tag) != type || values.length() > MOST_COPIED_BYTES) {
                throw PictureErrors.damaged(
                        PictureFormat.TIFF, "tag " + tag + " has an unknown type or too many values");
            }
            directory.put(tag, type, values.copy());
        }
    }

    private long[] values(int tag, long count) {
        long[] values = new long[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = page.valueOf(tag, i);
        }
        return values;
    }

    private static long[] repeated(long value, long times) {
        long[] values = new long[(int) times];
        Arrays.fill(values, value);
        return values;
    }
}
