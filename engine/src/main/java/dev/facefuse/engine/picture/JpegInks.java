package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts the four inks of a JPEG to colours: by its ICC profile (LittleCMS, in the JDK) or, if it has no usable profile, by
 * {@code red = 255 · (1 − cyan) · (1 − black)} and so on.
 */
final class JpegInks {
    /** Profiles of printing presses have half a megabyte to two. */
    static final int MOST_PROFILE_BYTES = 4 << 20;

    private static final int MARKER_APP2 = 0xE2;
    private static final int MARKER_APP14 = 0xEE;
    private static final int MARKER_SOF0 = 0xC0;
    private static final int MARKER_SOF2 = 0xC2;
    private static final int MARKER_SOS = 0xDA;
    private static final String PROFILE = "ICC_PROFILE\0";
    private static final String ADOBE = "Adobe";
    /** In Adobe's segment, how the first three channels are stored (Adobe Technical Note 5116). */
    private static final int TRANSFORM_AT = 11;

    private static final int TRANSFORM_YCCK = 2;
    private static final int BGR = 3;

    private final int channels;
    private final boolean inverted;
    private final boolean luminance;
    private final @Nullable ColorConvertOp conversion;

    private JpegInks(int channels, boolean inverted, boolean luminance, @Nullable ColorConvertOp conversion) {
        this.channels = channels;
        this.inverted = inverted;
        this.luminance = luminance;
        this.conversion = conversion;
    }

    /** Reads the segments before the first scan. */
    static JpegInks read(byte[] bytes) {
        int channels = 0;
        boolean adobe = false;
        boolean luminance = false;
        SortedMap<Integer, byte[]> pieces = new TreeMap<>();
        int at = EntropyBits.nextMarker(bytes, 2);
        while (at + 4 <= bytes.length && (bytes[at + 1] & 0xFF) != MARKER_SOS) {
            int marker = bytes[at + 1] & 0xFF;
            int data = at + 4;
            int end = Math.min(bytes.length, at + 2 + ((bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF)));
            if (marker >= MARKER_SOF0 && marker <= MARKER_SOF2 && data + 5 < end) {
                channels = bytes[data + 5] & 0xFF;
            } else if (marker == MARKER_APP14 && hasName(bytes, data, end, ADOBE)) {
                adobe = true;
                luminance = data + TRANSFORM_AT < end && bytes[data + TRANSFORM_AT] == TRANSFORM_YCCK;
            } else if (marker == MARKER_APP2 && hasName(bytes, data, end, PROFILE)) {
                int piece = data + PROFILE.length();
                if (piece + 2 <= end) {
                    pieces.putIfAbsent(bytes[piece] & 0xFF, Arrays.copyOfRange(bytes, piece + 2, end));
                }
            }
            at = EntropyBits.nextMarker(bytes, Math.max(data, end));
        }
        return new JpegInks(channels, adobe, luminance, channels == CmykJpeg.INKS ? conversion(pieces) : null);
    }

    private static boolean hasName(byte[] bytes, int from, int end, String name) {
        byte[] expected = name.getBytes(ISO_8859_1);
        int to = from + expected.length;
        return to <= end && Arrays.equals(bytes, from, to, expected, 0, expected.length);
    }

    private static @Nullable ColorConvertOp conversion(SortedMap<Integer, byte[]> pieces) {
        ByteArrayOutputStream profile = new ByteArrayOutputStream();
        pieces.values().forEach(profile::writeBytes);
        if (profile.size() == 0 || profile.size() > MOST_PROFILE_BYTES) {
            return null;
        }
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
