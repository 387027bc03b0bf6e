package dev.facefuse.engine.label;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** ICC profiles for tests: a header that is right and, behind it, one tag of noise. */
final class Profiles {
    private static final int HEADER_BYTES = 128;
    private static final int TABLE_BYTES = 4 + 12;

    private Profiles() {}

    static byte[] rgb(int bytes) {
        return of("RGB ", bytes);
    }

    static byte[] grey(int bytes) {
        return of("GRAY", bytes);
    }

    private static byte[] of(String colours, int bytes) {
        byte[] noise = new byte[bytes - HEADER_BYTES - TABLE_BYTES];
        new Random(1).nextBytes(noise);
        ByteBuffer profile = ByteBuffer.allocate(bytes).putInt(bytes);
        put(profile, 8, "\2\40\0\0mntr" + colours + "XYZ ");
        put(profile, 36, "acsp");
        put(profile, HEADER_BYTES, "\0\0\0\1priv");
        profile.putInt(HEADER_BYTES + 8, HEADER_BYTES + TABLE_BYTES).putInt(HEADER_BYTES + 12, noise.length);
        return profile.position(HEADER_BYTES + TABLE_BYTES).put(noise).array();
    }

    private static void put(ByteBuffer profile, int at, String latin1) {
        profile.position(at).put(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
}
