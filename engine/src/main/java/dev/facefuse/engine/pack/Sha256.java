package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 checksums as in manifests: 64 lower-case hexadecimal digits. */
final class Sha256 {
    private static final int CHUNK_BYTES = 1 << 20;

    private Sha256() {}

    /** The checksum of the bytes between the buffer's position and limit. */
    static String sha256(ByteBuffer bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The checksum of the current contents of an open file. Does not read the mapping, which could be truncated. */
    static String sha256(MappedFile file) throws IOException {
        MessageDigest digest = newDigest();
        byte[] chunk = new byte[CHUNK_BYTES];
        int read = file.read(0, chunk);
        for (long position = 0; read > 0; read = file.read(position, chunk)) {
            digest.update(chunk, 0, read);
            position += read;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
