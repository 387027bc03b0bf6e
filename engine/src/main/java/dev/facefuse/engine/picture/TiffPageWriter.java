package dev.facefuse.engine.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Writes the directory of a TIFF page (TIFF 6.0, section 2), followed by the values that do not fit into it. */
final class TiffPageWriter {
    private static final int TYPE_RATIONAL = 5;
    private static final int INLINE_BYTES = 4;
    /** A colour map for samples of 16 bits. */
    private static final int MOST_COPIED_BYTES = (3 * Short.BYTES) << 16;

    /** Tags whose values are copied as they are, each with the only type it may have. */
    private static final Map<Integer, Integer> COPIED = Map.of(
            TiffDirectory.COLOUR_MAP, TiffDirectory.TYPE_SHORT,
            TiffDirectory.JPEG_TABLES, TiffDirectory.TYPE_UNDEFINED,
            TiffDirectory.YCBCR_COEFFICIENTS, TYPE_RATIONAL,
            TiffDirectory.YCBCR_SUBSAMPLING, TiffDirectory.TYPE_SHORT,
            TiffDirectory.REFERENCE_BLACK_WHITE, TYPE_RATIONAL);

    /** Tags with one value, which is a SHORT. */
    private static final int[] SHORTS = {
        TiffDirectory.FILL_ORDER, TiffDirectory.PREDICTOR, TiffDirectory.YCBCR_POSITIONING
    };

    private final ByteOrder order;
    private final int at;
    private final Map<Integer, Entry> entries = new TreeMap<>();

    private record Entry(int type, int count, ByteBuffer values) {}

    /**
     * For a directory in a file.
     *
     * @param at its position there, even
     */
    TiffPageWriter(ByteOrder order, int at) {
        this.order = order;
        this.at = at;
    }

    /** The directory of a page and its values, to stand at the given position. */
    byte[] write(TiffLayout layout) {
        longs(TiffDirectory.IMAGE_WIDTH, layout.width());
        longs(TiffDirectory.IMAGE_LENGTH, layout.height());
        shorts(TiffDirectory.BITS_PER_SAMPLE, repeated(layout.bits(), layout.samples()));
        shorts(TiffDirectory.COMPRESSION, layout.compression());
        shorts(TiffDirectory.PHOTOMETRIC, layout.photometric());
        shorts(TiffDirectory.SAMPLES_PER_PIXEL, layout.samples());
        shorts(
                TiffDirectory.PLANAR_CONFIGURATION,
                layout.planar() ? TiffLayout.PLANAR_SEPARATE : TiffLayout.PLANAR_CHUNKY);
        if (layout.tiled()) {
            longs(TiffDirectory.TILE_WIDTH, layout.blockWidth());
            longs(TiffDirectory.TILE_LENGTH, layout.blockHeight());
        } else {
            longs(TiffDirectory.ROWS_PER_STRIP, layout.blockHeight());
        }
        TiffDirectory page = layout.page();
        longs(layout.offsetsTag(), values(page, layout.offsetsTag(), layout.blocks()));
        longs(layout.byteCountsTag(), values(page, layout.byteCountsTag(), layout.blocks()));
        for (int tag : SHORTS) {
            if (page.has(tag)) {
                shorts(tag, page.single(tag, 0));
            }
        }
        options(layout, TiffDirectory.T4_OPTIONS);
        options(layout, TiffDirectory.T6_OPTIONS);
        extraSamples(page);
        COPIED.forEach((tag, type) -> copy(page, tag, type));
        return bytes();
    }

    private void options(TiffLayout layout, int tag) {
        if (layout.page().has(tag)) {
            longs(tag, layout.page().single(tag, 0));
        }
    }

    private void extraSamples(TiffDirectory page) {
        long count = page.count(TiffDirectory.EXTRA_SAMPLES);
        if (count > 0) {
            long[] extra = values(page, TiffDirectory.EXTRA_SAMPLES, count);
            extra[0] = TiffHeader.EXTRA_SAMPLE_ASSOCIATED;
            shorts(TiffDirectory.EXTRA_SAMPLES, extra);
        }
    }

    private void copy(TiffDirectory page, int tag, int type) {
        if (page.has(tag)) {
            EncodedBytes values = page.values(tag);
            if (page.type(tag) != type || values.length() > MOST_COPIED_BYTES) {
                throw Refusals.damaged(PictureFormat.TIFF, "tag " + tag + " has an unknown type or too many values");
            }
            entries.put(tag, new Entry(type, (int) page.count(tag), values.view()));
        }
    }

    private static long[] values(TiffDirectory page, int tag, long count) {
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

    private void longs(int tag, long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * values.length).order(order);
        for (long value : values) {
            buffer.putInt((int) value);
        }
        entries.put(tag, new Entry(TiffDirectory.TYPE_LONG, values.length, buffer.rewind()));
    }

    private void shorts(int tag, long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Short.BYTES * values.length).order(order);
        for (long value : values) {
            buffer.putShort((short) value);
        }
        entries.put(tag, new Entry(TiffDirectory.TYPE_SHORT, values.length, buffer.rewind()));
    }

    private byte[] bytes() {
        int directoryBytes = Short.BYTES + entries.size() * TiffDirectory.ENTRY_BYTES + Integer.BYTES;
        ByteBuffer directory = ByteBuffer.allocate(directoryBytes).order(order).putShort((short) entries.size());
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        entries.forEach((tag, entry) -> {
            directory.putShort(tag.shortValue()).putShort((short) entry.type()).putInt(entry.count());
            byte[] bytes = new byte[entry.values().remaining()];
            entry.values().get(bytes);
            if (bytes.length <= INLINE_BYTES) {
                directory.put(Arrays.copyOf(bytes, INLINE_BYTES));
            } else {
                directory.putInt(at + directoryBytes + values.size());
                values.writeBytes(bytes);
                values.writeBytes(new byte[bytes.length & 1]);
            }
        });
        return ByteBuffer.allocate(directoryBytes + values.size())
                .put(directory.putInt(0).array())
                .put(values.toByteArray())
                .array();
    }
}
