package dev.facefuse.engine.picture;

/**
 * The layout of the pixels of a TIFF's first page, read strictly: each number that decides about memory has one value, of an
 * unsigned type that TIFF 6.0 allows for it. libtiff converts more types, ignores second values and repairs missing
 * ones. These files are rejected here, and {@link TiffPageWriter} writes a directory for libtiff that contains only what this
 * class has read.
 *
 * @param page the directory
 * @param compression as TIFF numbers it
 * @param samples channels of a pixel
 * @param bits of a sample
 * @param planar whether each channel has its own strips or tiles
 * @param tiled whether there are tiles, not strips
 * @param blockWidth of a strip or tile, pixels
 * @param blockHeight of a strip or tile, pixels; at most the picture's height for strips
 * @param blocks number of strips or tiles, of all planes
 */
record TiffLayout(
        TiffDirectory page,
        long width,
        long height,
        long compression,
        long photometric,
        long samples,
        long bits,
        boolean planar,
        boolean tiled,
        long blockWidth,
        long blockHeight,
        long blocks) {
    static final int PLANAR_CHUNKY = 1;
    static final int PLANAR_SEPARATE = 2;
    private static final int COMPRESSION_NONE = 1;
    static final int COMPRESSION_JPEG = 7;
    private static final int PHOTOMETRIC_RGB = 2;

    private static final long RGBA_BYTES = 4;
    private static final long BGR_BYTES = 3;

    /** glibc maps what is larger and unmaps it again (DEFAULT_MMAP_THRESHOLD_MAX). */
    private static final long C_HEAP_BYTES = 32 << 20;

    /** libtiff reads one uncompressed strip as if it were many of this size (STRIP_SIZE_DEFAULT). */
    private static final long CHOPPED_STRIP_BYTES = 8192;

    /**
     * An offset and a length of each strip or tile: 24 bytes in libtiff, and on the Java heap while the directory is
     * written.
     */
    private static final long BYTES_A_BLOCK = 100;

    /** 64 megapixels in tiles of 16×16, the smallest that TIFF 6.0 allows. */
    private static final long MOST_BLOCKS = 250_000;

    /** libtiff rejects a JPEG strip or tile whose coefficients need more (TIFF_LIBJPEG_LARGEST_MEM_ALLOC). */
    private static final long MOST_COEFFICIENT_BYTES = 100L << 20;

    private static final long COEFFICIENT_BYTES = 2;

    /** Four blocks of 8 pixels, the largest sampling unit of a JPEG. */
    private static final long LARGEST_UNIT_PX = 32;

    static TiffLayout of(TiffDirectory page, PictureLimits limits) {
        long width = page.required(TiffDirectory.IMAGE_WIDTH);
        long height = page.required(TiffDirectory.IMAGE_LENGTH);
        if (width == 0 || height == 0) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "its size makes no sense");
        }
        limits.checkSize(width, height);
        long samples = page.single(TiffDirectory.SAMPLES_PER_PIXEL, 1);
        boolean planar = isPlanar(page) && samples > 1;
        boolean tiled = page.has(TiffDirectory.TILE_WIDTH) || page.has(TiffDirectory.TILE_LENGTH);
        long blockWidth = tiled ? page.required(TiffDirectory.TILE_WIDTH) : width;
        long blockHeight = tiled
                ? page.required(TiffDirectory.TILE_LENGTH)
                : Math.min(height, page.single(TiffDirectory.ROWS_PER_STRIP, height));
        if (blockWidth == 0 || blockHeight == 0) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "its strips or tiles have no size");
        }
        limits.checkSize(blockWidth, blockHeight);
        long blocks = divideUp(width, blockWidth) * divideUp(height, blockHeight) * (planar ? samples : 1);
        TiffLayout layout = new TiffLayout(
                page,
                width,
                height,
                page.single(TiffDirectory.COMPRESSION, COMPRESSION_NONE),
                page.required(TiffDirectory.PHOTOMETRIC),
                samples,
                bits(page, samples),
                planar,
                tiled,
                blockWidth,
                blockHeight,
                blocks);
        layout.checkBlocks();
        return layout;
    }

    private static boolean isPlanar(TiffDirectory page) {
        long configuration = page.single(TiffDirectory.PLANAR_CONFIGURATION, PLANAR_CHUNKY);
        if (configuration != PLANAR_CHUNKY && configuration != PLANAR_SEPARATE) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "its channels are in an unknown order");
        }
        return configuration == PLANAR_SEPARATE;
    }

    /** Bits of a sample, the same for all. */
    private static long bits(TiffDirectory page, long samples) {
        if (!page.has(TiffDirectory.BITS_PER_SAMPLE)) {
            return 1;
        }
        long count = page.count(TiffDirectory.BITS_PER_SAMPLE);
        long first = page.valueOf(TiffDirectory.BITS_PER_SAMPLE, 0);
        boolean same = count == 1 || count == samples;
        for (long i = 1; same && i < count; i++) {
            same = page.valueOf(TiffDirectory.BITS_PER_SAMPLE, i) == first;
        }
        if (!same) {
            throw PictureErrors.unsupported("a TIFF whose channels have different numbers of bits");
        }
        return first;
    }

    /** The tag with the positions of strips or tiles. */
    int offsetsTag() {
        return tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
    }

    /** The tag with the lengths of strips or tiles. */
    int byteCountsTag() {
        return tiled ? TiffDirectory.TILE_BYTE_COUNTS : TiffDirectory.STRIP_BYTE_COUNTS;
    }

    private void checkBlocks() {
        if (blocks > MOST_BLOCKS) {
            throw PictureErrors.unsupported("a TIFF in more than " + MOST_BLOCKS + " strips or tiles");
        }
        if (page.count(offsetsTag()) < blocks || page.count(byteCountsTag()) < blocks) {
            throw PictureErrors.damaged(PictureFormat.TIFF, "parts of the picture are missing");
        }
        for (long i = 0; i < blocks; i++) {
            page.requireInFile(page.valueOf(offsetsTag(), i), page.valueOf(byteCountsTag(), i));
        }
    }

    /** Bytes of a strip or tile, unpacked, of all its channels. */
    private long blockBytes(long rows) {
        return divideUp(blockWidth * bits * samples, 8) * rows;
    }

    private long mostPackedBytes() {
        long most = 0;
        for (long i = 0; i < blocks; i++) {
            most = Math.max(most, page.valueOf(byteCountsTag(), i));
        }
        return most;
    }

    /** Whether OpenCV takes samples of 16 bits as they are; libtiff makes RGBA of everything else. */
    private boolean isDeep() {
        return bits > 8 && photometric <= PHOTOMETRIC_RGB && samples != 2;
    }

    /**
     * The memory that OpenCV and libtiff hold beside the decoded picture: a strip or tile as RGBA, the same unpacked and packed.
     * The picture's pages are touched as strips or tiles are finished, so the unpacked bytes and the last part of the
     * picture are not resident together, unless they come from the C heap, which keeps what is released.
     */
    long decoderBytes(boolean alpha) {
        long packed = mostPackedBytes();
        long rows = chopped() ? Math.min(blockHeight, Math.max(1, CHOPPED_STRIP_BYTES / blockBytes(1))) : blockHeight;
        if (chopped()) {
            packed = rows * blockBytes(1);
        }
        long blockPixels = blockWidth * rows;
        long pixelBytes = (alpha ? RGBA_BYTES : BGR_BYTES) * (isDeep() ? 2 : 1);
        long picture = width * height * pixelBytes;
        long raster = isDeep() ? blockBytes(rows) : RGBA_BYTES * blockPixels;
        long unpacked = isDeep() ? 0 : planar ? RGBA_BYTES * divideUp(blockBytes(rows), samples) : blockBytes(rows);
        long beforeLast = unpacked <= C_HEAP_BYTES ? picture : Math.max(0, picture - lastPixels(rows) * pixelBytes);
        return raster
                + packed
                + coefficientBytes()
                + BYTES_A_BLOCK * Math.max(blocks, divideUp(height, rows))
                + Math.max(0, beforeLast + unpacked - picture);
    }

    /** Pixels of the picture in its last strip or tile. */
    private long lastPixels(long rows) {
        long lastWidth = width - (divideUp(width, blockWidth) - 1) * blockWidth;
        long lastHeight = height - (divideUp(height, rows) - 1) * rows;
        return lastWidth * lastHeight;
    }

    private boolean chopped() {
        return compression == COMPRESSION_NONE
                && !tiled
                && blocks == 1
                && page.valueOf(byteCountsTag(), 0) >= blockBytes(blockHeight);
    }

    /** A JPEG inside may come in several scans. */
    private long coefficientBytes() {
        if (compression != COMPRESSION_JPEG) {
            return 0;
        }
        long blockPixels = roundUp(blockWidth) * roundUp(blockHeight);
        return Math.min(MOST_COEFFICIENT_BYTES, COEFFICIENT_BYTES * samples * blockPixels);
    }

    private static long roundUp(long edge) {
        return divideUp(edge, LARGEST_UNIT_PX) * LARGEST_UNIT_PX;
    }

    private static long divideUp(long number, long by) {
        return (number + by - 1) / by;
    }
}
