package dev.facefuse.engine.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/**
 * Copies the parts of a file that its pixels need into native memory, for OpenCV. Metadata, of which OpenCV keeps copies, and unknown
 * parts are left out. The file's header must have been read.
 */
final class DecoderInput {
    /** An IDAT without data, with its checksum. */
    private static final byte[] EMPTY_IDAT = {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, (byte) 0xAF, 0x06, 0x1E};

    /** The position of the length of everything that follows it. */
    private static final int RIFF_LENGTH_AT = 4;

    private final byte[] file;
    private final BytePointer copy;
    private long used;

    private DecoderInput(byte[] file, BytePointer copy) {
        this.file = file;
        this.copy = copy;
    }

    /** The copy, the caller's to close; its limit is the number of bytes. */
    static BytePointer of(PictureFormat format, byte[] file) {
        byte[] tiffDirectory = format == PictureFormat.TIFF ? tiffDirectory(file) : new byte[0];
        long capacity = (long) file.length + Math.max(EMPTY_IDAT.length, 1 + tiffDirectory.length);
        return NativeImage.kept(new BytePointer(capacity), copy -> {
            DecoderInput input = new DecoderInput(file, copy);
            switch (format) {
                case JPEG -> input.jpeg();
                case PNG -> input.png();
                case WEBP -> input.webp();
                case TIFF -> input.tiff(tiffDirectory);
                case BMP -> input.put(file);
            }
            copy.position(0).limit(input.used);
        });
    }

    /** Without the segments of applications and comments, and without what follows the end mark. */
    private void jpeg() {
        JpegSegments segments = new JpegSegments(file);
        int from = 0;
        while (segments.next() && segments.marker() != JpegSegments.EOI) {
            if (isJpegMetadata(segments.marker())) {
                put(file, from, segments.start());
                from = segments.end();
            }
        }
        put(file, from, segments.end());
    }

    /** APP0 and APP14 say how colours are stored. */
    private static boolean isJpegMetadata(int marker) {
        boolean application =
                marker > JpegSegments.APP0 && marker <= JpegSegments.APP15 && marker != JpegSegments.APP14;
        return application || marker == JpegSegments.COM;
    }

    /**
     * Without colour profiles, texts and times: libpng would parse them, and complain about the common faulty ones on the terminal. OpenCV
     * copies the first IDAT while it looks for the header, and the C heap keeps that memory: the copy's first IDAT is empty.
     */
    private void png() {
        put(file, 0, PngChunks.SIGNATURE_BYTES);
        boolean hasData = false;
        PngChunks chunks = new PngChunks(EncodedBytes.of(PictureFormat.PNG.title(), file, ByteOrder.BIG_ENDIAN));
        while (chunks.next()) {
            if (!hasData && chunks.is("IDAT")) {
                hasData = true;
                put(EMPTY_IDAT);
            }
            if (chunks.isEssential()) {
                put(file, chunks.start(), chunks.end());
            }
        }
    }

    private void webp() {
        put(file, 0, RiffChunks.HEADER_BYTES);
        RiffChunks chunks = new RiffChunks(EncodedBytes.of(PictureFormat.WEBP.title(), file, ByteOrder.LITTLE_ENDIAN));
        while (chunks.next()) {
            if (chunks.isImage() || chunks.is("VP8X")) {
                put(file, chunks.start(), chunks.end());
            }
        }
        replace(RIFF_LENGTH_AT, (int) used - RiffChunks.FRAME_BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * With a directory at the end, the only one, which has just what the pixels need: each tag once, in order, in its usual type, as
     * {@link TiffLayout} read it. So libtiff cannot read another size than this project does. The directory declares the picture upright
     * and its colours multiplied by alpha: then libtiff turns and multiplies nothing.
     */
    private void tiff(byte[] directory) {
        put(file);
        put(new byte[TiffDirectoryWriter.evenAfter(file) - file.length]);
        replace(
                TiffDirectoryWriter.FIRST_DIRECTORY_AT,
                (int) used,
                TiffDirectory.read(file).order());
        put(directory);
    }

    private static byte[] tiffDirectory(byte[] file) {
        TiffLayout layout = TiffLayout.of(TiffDirectory.read(file), PictureLimits.UNLIMITED);
        return TiffPageWriter.directory(layout).bytes(TiffDirectoryWriter.evenAfter(file));
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    /** Adds bytes from {@code from} to {@code to}, which is exclusive. */
    private void put(byte[] bytes, long from, long to) {
        if (used + to - from > copy.capacity()) {
            throw new IllegalStateException("The copy is larger than its file");
        }
        copy.position(used).put(bytes, Math.toIntExact(from), Math.toIntExact(to - from));
        used += to - from;
    }

    private void replace(long at, int number, ByteOrder order) {
        byte[] bytes =
                ByteBuffer.allocate(Integer.BYTES).order(order).putInt(number).array();
        copy.position(at).put(bytes, 0, bytes.length);
    }
}
