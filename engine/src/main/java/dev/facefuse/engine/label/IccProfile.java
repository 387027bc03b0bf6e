package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * An ICC profile (ICC.1, 7.2) as it is stored in a file. Nothing is copied before it is read, and never more than {@link #MOST_BYTES}.
 *
 * @param pieces of the profile, in their order; none if the file announces a profile and does not have it
 * @param deflated whether the profile is one piece of zlib data
 */
record IccProfile(List<EncodedBytes> pieces, boolean deflated) {
    /** Profiles of cameras and screens have some kilobytes, those with tables some hundred. */
    static final int MOST_BYTES = 1 << 20;

    static final IccProfile MISSING = new IccProfile(List.of(), false);

    private static final int HEADER_BYTES = 128;
    private static final int COLOUR_SPACE_AT = 16;
    private static final int SIGNATURE_AT = 36;

    static IccProfile of(EncodedBytes piece) {
        return new IccProfile(List.of(piece), false);
    }

    static IccProfile deflated(EncodedBytes piece) {
        return new IccProfile(List.of(piece), true);
    }

    /**
     * The profile.
     *
     * @throws FuseException {@code bad-picture} if it is damaged or has more than {@link #MOST_BYTES}
     */
    byte[] read() {
        byte[] profile = deflated ? inflated(pieces.get(0)) : joined();
        boolean whole = profile.length >= HEADER_BYTES
                && ByteBuffer.wrap(profile).getInt(0) == profile.length
                && has(profile, SIGNATURE_AT, "acsp");
        if (!whole) {
            throw unreadable("The profile is not whole.");
        }
        return profile;
    }

    /** Whether a profile is for pixels of red, green and blue, as all results are. */
    static boolean isForRgb(byte[] profile) {
        return has(profile, COLOUR_SPACE_AT, "RGB ");
    }

    private static boolean has(byte[] profile, int at, String signature) {
        return new String(profile, at, signature.length(), ISO_8859_1).equals(signature);
    }

    private byte[] joined() {
        long length = pieces.stream().mapToLong(EncodedBytes::length).sum();
        requireAtMost(length);
        ByteBuffer profile = ByteBuffer.allocate((int) length);
        pieces.forEach(piece -> profile.put(piece.view()));
        return profile.array();
    }

    /** All input is set beforehand, so the stream behind the inflater is empty. */
    private static byte[] inflated(EncodedBytes piece) {
        Inflater inflater = new Inflater();
        try (InputStream in = new InflaterInputStream(InputStream.nullInputStream(), inflater)) {
            inflater.setInput(piece.view());
            byte[] profile = in.readNBytes(MOST_BYTES + 1);
            requireAtMost(profile.length);
            return profile;
        } catch (IOException notZlib) {
            throw unreadable("The profile is not zlib data, or the data end too early.");
        } finally {
            inflater.end();
        }
    }

    private static void requireAtMost(long bytes) {
        if (bytes > MOST_BYTES) {
            throw unreadable("The profile has more than " + MOST_BYTES + " bytes.");
        }
    }

    /** The caller leaves the profile out and shows a sentence of its own. */
    private static FuseException unreadable(String why) {
        return new FuseException(ErrorCode.BAD_PICTURE, why);
    }
}
