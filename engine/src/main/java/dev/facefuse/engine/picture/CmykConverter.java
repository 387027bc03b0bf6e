package dev.facefuse.engine.picture;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.color.ProfileDataException;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Converts the four inks of a JPEG to colours: by its ICC profile (LittleCMS, in the JDK) or, if it has no usable profile, by
 * {@code red = 255 · (1 − cyan) · (1 − black)} and so on.
 */
final class CmykConverter {
    /** Profiles of printing presses have half a megabyte to two. */
    static final int MOST_PROFILE_BYTES = 4 << 20;

    private static final String ADOBE = "Adobe";
    /** Behind the name in Adobe's segment, how the first three channels are stored (Adobe Technical Note 5116). */
    private static final int TRANSFORM_AT = 6;

    private static final int TRANSFORM_YCCK = 2;
    private static final int BGR = 3;

    /** In a frame header, the number of channels. */
    private static final int CHANNELS_AT = 5;

    private final int channels;
    private final boolean inverted;
    private final boolean luminance;
    private final @Nullable ColorConvertOp conversion;

    private CmykConverter(int channels, boolean inverted, boolean luminance, @Nullable ColorConvertOp conversion) {
        this.channels = channels;
        this.inverted = inverted;
        this.luminance = luminance;
        this.conversion = conversion;
    }

    /** Reads the segments before the first scan. */
    static CmykConverter read(byte[] bytes) {
        int channels = 0;
        boolean adobe = false;
        boolean luminance = false;
        JpegSegments segments = new JpegSegments(bytes);
        while (segments.nextBeforeScan()) {
            int marker = segments.marker();
            EncodedBytes named = marker == JpegSegments.APP14 ? segments.after(ADOBE) : null;
            if (marker >= JpegSegments.SOF0 && marker <= JpegSegments.SOF2) {
                channels = bytes[segments.dataAt() + CHANNELS_AT] & 0xFF;
            } else if (named != null) {
                adobe = true;
                luminance = named.length() > TRANSFORM_AT && named.u8(TRANSFORM_AT) == TRANSFORM_YCCK;
            }
        }
        boolean fourInks = channels == CmykJpeg.INKS;
        return new CmykConverter(channels, adobe, luminance, fourInks ? conversion(JpegSegments.profile(bytes)) : null);
    }

    private static @Nullable ColorConvertOp conversion(List<EncodedBytes> pieces) {
        int length = pieces.stream().mapToInt(EncodedBytes::length).sum();
        if (length == 0 || length > MOST_PROFILE_BYTES) {
            return null;
        }
        ByteArrayOutputStream profile = new ByteArrayOutputStream(length);
        pieces.forEach(piece -> profile.writeBytes(piece.copy()));
        try {
            ICC_Profile inks = ICC_Profile.getInstance(profile.toByteArray());
            if (inks.getColorSpaceType() != ColorSpace.TYPE_CMYK) {
                return null;
            }
            ICC_Profile[] way = {inks, ((ICC_ColorSpace) ColorSpace.getInstance(ColorSpace.CS_sRGB)).getProfile()};
            ColorConvertOp conversion = new ColorConvertOp(way, null);
            convert(conversion, new byte[CmykJpeg.INKS], 1, 1);
            return conversion;
        } catch (CMMException | ProfileDataException | IllegalArgumentException unusable) {
            return null;
        }
    }

    int channels() {
        return channels;
    }

    boolean hasProfile() {
        return conversion != null;
    }

    /**
     * Colours of inks.
     *
     * @param inks four bytes a pixel, as the file has them; changed
     * @return three bytes a pixel
     */
    byte[] toBgr(byte[] inks, int width, int rows) {
        if (luminance) {
            toInks(inks);
        }
        // Adobe's programs write 255 for no ink.
        if (inverted == (conversion != null)) {
            for (int i = 0; i < inks.length; i++) {
                inks[i] = (byte) ~inks[i];
            }
        }
        return conversion == null ? byFormula(inks) : convert(conversion, inks, width, rows);
    }

    /** From luminance, chroma and black to cyan, magenta, yellow and black, in place: the inverse of JFIF's, inverted. */
    private static void toInks(byte[] ycck) {
        for (int i = 0; i < ycck.length; i += CmykJpeg.INKS) {
            int y = ycck[i] & 0xFF;
            int cb = (ycck[i + 1] & 0xFF) - 128;
            int cr = (ycck[i + 2] & 0xFF) - 128;
            ycck[i] = inverse(y + 1.402 * cr);
            ycck[i + 1] = inverse(y - 0.344136 * cb - 0.714136 * cr);
            ycck[i + 2] = inverse(y + 1.772 * cb);
        }
    }

    private static byte inverse(double colour) {
        return (byte) (0xFF - Math.max(0, Math.min(0xFF, (int) Math.round(colour))));
    }

    /** From bytes that are 255 where there is no ink. */
    private static byte[] byFormula(byte[] light) {
        byte[] bgr = new byte[light.length / CmykJpeg.INKS * BGR];
        for (int from = 0, to = 0; to < bgr.length; from += CmykJpeg.INKS, to += BGR) {
            int black = light[from + 3] & 0xFF;
            bgr[to] = product(light[from + 2], black);
            bgr[to + 1] = product(light[from + 1], black);
            bgr[to + 2] = product(light[from], black);
        }
        return bgr;
    }

    private static byte product(byte colour, int black) {
        return (byte) (((colour & 0xFF) * black + 0xFF / 2) / 0xFF);
    }

    private static byte[] convert(ColorConvertOp conversion, byte[] inks, int width, int rows) {
        byte[] bgr = new byte[width * rows * BGR];
        Raster from = interleaved(inks, width, rows, new int[] {0, 1, 2, 3});
        conversion.filter(from, interleaved(bgr, width, rows, new int[] {2, 1, 0}));
        return bgr;
    }

    private static WritableRaster interleaved(byte[] values, int width, int rows, int[] bands) {
        DataBuffer buffer = new DataBufferByte(values, values.length);
        return Raster.createInterleavedRaster(buffer, width, rows, width * bands.length, bands.length, bands, null);
    }
}
