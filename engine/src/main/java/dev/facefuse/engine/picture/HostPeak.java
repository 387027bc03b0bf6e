package dev.facefuse.engine.picture;

import org.jspecify.annotations.Nullable;

/**
 * What a fusion takes of the host's memory at most, beyond what is resident before its first pixel is decoded (the encoded
 * pictures are). The largest of its stages, each with what is still alive from those before it:
 *
 * <pre>
 * read template    D(template) + B
 * find face        P(template) + working picture + F
 * read user        P(template) + F + D(user)
 * find face        P(template) + P(user) + working picture + F
 * fuse             P(template) + P(user) + F + U
 * retouch          P(template) + P(user) + F + C + finish · template's pixels
 * write            P(template) + F + C + resized + E
 * label            P(template) + F + C + 2·encoded result + L
 *
 * D = encoded + the most of   d + s·stored pixels             decoding; d is {@link PictureHeader#decoderBytes}, s the stored
 *                                                             pixel: 3 bytes, 4 with alpha, 2 more for each 3 of 16 bits
 *                             s·stored + s·reduced pixels     averaging down, where the decoder cannot
 *                             (s + 4)·reduced                 16 bits to 8, alpha apart
 *                             7·reduced                       turning by 90°
 * P = 3 bytes a reduced pixel, 4 with alpha
 * B = 20 MB: libraries' pages and the JVM's code for them, touched for the first time
 * F = 100 MB: what the networks' first run leaves in libtorch, and code in the JVM
 * C, U  what fusing leaves until the end, and what it takes while it runs
 *     by meshes    C = 200 bytes for each of at most 1024×1024 pixels of the canvas: float planes on the Java heap, garbage among
 *                  them; U = C, or a copy of the template's pixels if that is more: a large face at the picture's edge
 *     by networks  C = 18 MB for crops and a strip of the result, 60 MB more for an enhanced crop, on its way to the network and
 *                  back; U = C + the activations of the hungriest network, where it runs on the host
 * E = 3·encoded result (the encoder's, its copy, Java's) + the encoder's own a pixel: JPEG 6 to 8 megapixels, then 0;
 *     WebP 3, lossless 20
 * L = 13 MB: the template's metadata, each kind bounded, unpacked and copied
 * </pre>
 *
 * The size of the encoded result is estimated: raw at most, and four times the template's bytes if that is less and the template
 * is no more compressed than the result can be.
 */
public final class HostPeak {
    private static final long BGR_BYTES = 3;
    private static final long BGRA_BYTES = 4;

    /** 11 MB measured with G1, 21 with the serial collector. */
    private static final long FIRST_TOUCH_BYTES = 20_000_000;

    /** After one fusion of small pictures 60 MB more are resident in libtorch's and the C heap, 30 MB in the JVM's code. */
    private static final long FACE_NETWORK_BYTES = 100_000_000;

    /** {@code Canvas.MAX_EDGE_PX} squared; a face may reach over the picture's edge. */
    private static final long MOST_CANVAS_PX = 1 << 20;

    private static final long CANVAS_BYTES_A_PIXEL = 200;

    /** Two crops of 256×256, their other sizes, the fused one: 10 MB of float planes; a strip of the result with its mask. */
    private static final long CROPS_BYTES = 18_000_000;

    /** Float planes of 1024×1024, in and out, each once in Java and once converted; the crop in 8 bits, softened. */
    private static final long ENHANCED_BYTES = 60_000_000;

    private static final long RESULT_COPIES = 3;
    /** With and without metadata. */
    private static final long LABELLING_COPIES = 2;
    /** 12 MB measured for a profile and XMP of 1 MiB each, garbage included. */
    private static final long METADATA_BYTES = 13_000_000;
    /** More than a result grows over its template: another quality, full colour resolution, a simpler compression. */
    private static final long MOST_GROWTH = 4;

    private static final long WEBP_BYTES_A_PIXEL = 3;
    private static final long WEBP_LOSSLESS_BYTES_A_PIXEL = 20;
    private static final long JPEG_COEFFICIENT_BYTES_A_PIXEL = 6;

    private HostPeak() {}

    /**
     * A picture before it is decoded.
     *
     * @param encodedBytes of the file
     * @param size it will be decoded at
     */
    public record Source(PictureHeader header, long encodedBytes, DecodeSize size) {
        private int denominator() {
            return size.denominator(header.width(), header.height());
        }

        private int width() {
            return DecodeSize.scaled(header.width(), denominator());
        }

        private int height() {
            return DecodeSize.scaled(header.height(), denominator());
        }

        private long pixels() {
            return (long) width() * height();
        }

        private long pixelBytes() {
            return header.alpha() ? BGRA_BYTES : BGR_BYTES;
        }

        /** The decoded picture. */
        private long held() {
            return pixels() * pixelBytes();
        }

        private long working() {
            return AdaptiveResize.bytes(width(), height());
        }

        /** Decoding, to the upright 8-bit picture. */
        long decoding() {
            boolean reducesItself = header.format() == PictureFormat.JPEG;
            long stored = reducesItself ? pixels() : (long) header.width() * header.height();
            long storedBytes = pixelBytes() * (header.bitDepth() > 8 ? 2 : 1);
            // libtiff's alpha may have to be divided out, plane by plane.
            long planes = header.alpha() && header.format() == PictureFormat.TIFF ? storedBytes / 2 * stored : 0;
            long peak = Math.max(header.decoderBytes(), planes) + storedBytes * stored;
            if (stored > pixels()) {
                peak = Math.max(peak, storedBytes * (stored + pixels()));
            }
            if (storedBytes > BGR_BYTES) {
                peak = Math.max(peak, (storedBytes + BGRA_BYTES) * pixels());
            }
            if (Orientation.of(header.orientation()).transposes()) {
                peak = Math.max(peak, held() + BGR_BYTES * pixels());
            }
            return encodedBytes + peak;
        }
    }

    /**
     * What fusing takes of the host's memory, beside both pictures.
     *
     * @param runningBytes while it runs
     * @param leftBytes of them, until the result is written
     */
    public record Fusing(long runningBytes, long leftBytes) {
        /** Of faces that are warped by their meshes. */
        public static Fusing byMeshes(Source template) {
            long canvas = CANVAS_BYTES_A_PIXEL * Math.min(MOST_CANVAS_PX, 2 * template.pixels());
            long overEdge = template.pixels() > MOST_CANVAS_PX ? BGR_BYTES * template.pixels() : 0;
            return new Fusing(Math.max(overEdge, canvas), canvas);
        }

        /**
         * Of faces that networks draw.
         *
         * @param enhanced whether one gives them detail
         * @param activationBytes of the hungriest network on the host; 0 if they run elsewhere
         */
        public static Fusing byNetworks(boolean enhanced, long activationBytes) {
            long crops = CROPS_BYTES + (enhanced ? ENHANCED_BYTES : 0);
            return new Fusing(crops + activationBytes, crops);
        }
    }

    /**
     * The peak.
     *
     * @param finishBytesAPixel what retouching takes for each pixel of the face at once
     * @return bytes
     */
    public static long bytes(
            Source template, Source user, OutputSettings output, int finishBytesAPixel, Fusing fusing) {
        long both = template.held() + user.held() + FACE_NETWORK_BYTES;
        long afterFusion = FACE_NETWORK_BYTES + fusing.leftBytes();
        long[] stages = {
            ofFaces(template),
            template.held() + FACE_NETWORK_BYTES + user.decoding(),
            both + user.working(),
            both + fusing.runningBytes(),
            template.held() + user.held() + afterFusion + finishBytesAPixel * template.pixels(),
            template.held() + afterFusion + writing(template, output),
            template.held() + afterFusion + labelling(template, output)
        };
        long most = 0;
        for (long stage : stages) {
            most = Math.max(most, stage);
        }
        return most;
    }

    /** The peak of finding a picture's faces and no more, by the first two lines of the table. */
    public static long ofFaces(Source picture) {
        return Math.max(
                picture.decoding() + FIRST_TOUCH_BYTES, picture.held() + picture.working() + FACE_NETWORK_BYTES);
    }

    /**
     * What single things take at most, in bytes.
     *
     * @param decodingTemplate with its encoded bytes
     * @param template decoded
     * @param planes float planes of the fusion
     * @param finish retouching
     * @param writing the result, encoded, and its encoder
     * @param labelling the result, encoded, and its metadata
     */
    public record Terms(
            long decodingTemplate,
            long template,
            long decodingUser,
            long user,
            long planes,
            long finish,
            long writing,
            long labelling) {}

    /** The terms of {@link #bytes}, with the same parameters. */
    public static Terms terms(
            Source template, Source user, OutputSettings output, int finishBytesAPixel, Fusing fusing) {
        return new Terms(
                template.decoding(),
                template.held(),
                user.decoding(),
                user.held(),
                fusing.leftBytes(),
                finishBytesAPixel * template.pixels(),
                writing(template, output),
                labelling(template, output));
    }

    private static long writing(Source template, OutputSettings output) {
        double scale = scale(template, output);
        long pixels = pixels(template, scale);
        long resized = scale == 1 ? 0 : pixels * template.pixelBytes();
        // Alpha goes back in, or the picture onto white.
        long joined = template.header().alpha() ? 2 * BGR_BYTES * pixels : 0;
        PictureFormat format = format(template, output.format());
        return resized
                + joined
                + encoderBytes(format, output.quality(), pixels)
                + RESULT_COPIES * resultBytes(template, format, pixels, scale);
    }

    private static long labelling(Source template, OutputSettings output) {
        double scale = scale(template, output);
        PictureFormat format = format(template, output.format());
        return LABELLING_COPIES * resultBytes(template, format, pixels(template, scale), scale) + METADATA_BYTES;
    }

    private static double scale(Source template, OutputSettings output) {
        return output.longestEdge() == OutputSettings.ORIGINAL
                ? 1
                : (double) output.longestEdge() / Math.max(template.width(), template.height());
    }

    private static long pixels(Source template, double scale) {
        return (long) Math.ceil(template.pixels() * scale * scale);
    }

    private static PictureFormat format(Source template, @Nullable PictureFormat asked) {
        return asked == null ? template.header().format() : asked;
    }

    private static long encoderBytes(PictureFormat format, int quality, long pixels) {
        return switch (format) {
            case JPEG -> pixels <= PictureWriter.MOST_OPTIMISED_PIXELS ? JPEG_COEFFICIENT_BYTES_A_PIXEL * pixels : 0;
            case WEBP -> (quality == 100 ? WEBP_LOSSLESS_BYTES_A_PIXEL : WEBP_BYTES_A_PIXEL) * pixels;
            case PNG, BMP, TIFF -> 0;
        };
    }

    private static long resultBytes(Source template, PictureFormat format, long pixels, double scale) {
        long raw = pixels * template.pixelBytes();
        PictureFormat stored = template.header().format();
        boolean lossy = format == PictureFormat.JPEG || format == PictureFormat.WEBP;
        boolean lossless = stored == PictureFormat.PNG || stored == PictureFormat.TIFF;
        if (format == PictureFormat.BMP || !(lossy || lossless)) {
            return raw;
        }
        return Math.min(raw, (long) (MOST_GROWTH * template.encodedBytes() * Math.max(1, scale * scale)));
    }
}
