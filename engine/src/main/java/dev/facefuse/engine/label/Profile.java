package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/** An ICC profile's header (ICC.1, 7.2), as far as it says whether the profile is whole and what pixels it is for. */
final class Profile {
    /** Profiles of cameras and screens have some kilobytes, those with tables some hundred. */
    static final int MOST_BYTES = 1 << 20;

    private static final int HEADER_BYTES = 128;
    private static final int COLOUR_SPACE_AT = 16;
    private static final int SIGNATURE_AT = 36;

    private Profile() {}

    /** Whether it has the bytes it says it has, and is a profile. */
    static boolean isWhole(byte[] profile) {
        return profile.length >= HEADER_BYTES
                && ByteBuffer.wrap(profile).getInt(0) == profile.length
                && has(profile, SIGNATURE_AT, "acsp");
    }

    /** Whether it is for pixels of red, green and blue, as all fused ones are. */
    static boolean isForRgb(byte[] profile) {
        return has(profile, COLOUR_SPACE_AT, "RGB ");
    }

    private static boolean has(byte[] profile, int at, String signature) {
        return new String(profile, at, signature.length(), ISO_8859_1).equals(signature);
    }
}
