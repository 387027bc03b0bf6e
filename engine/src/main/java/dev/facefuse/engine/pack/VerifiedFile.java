package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.FileIdentity;
import dev.facefuse.nativelib.MappedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether a verified file still has the verified bytes. This concerns the file at its path, and also the opened file if weights
 * are read from it while fusions run. Compares {@linkplain FileIdentity identities}, and reads a file again only if its identity changed.
 * Safe from several threads at once.
 */
final class VerifiedFile {
    /**
     * Two writes within one tick of the file system's clock cannot be distinguished by the identity. So a file that was written so
     * shortly before it was read is read again later. FAT has the longest tick, two seconds.
     */
    private static final Duration LONGEST_TICK = Duration.ofSeconds(2);

    private final Path path;
    private final String sha256;
    private final MappedFile opened;
    private final Clock clock;

    // Guarded by this.
    private Identities verified;
    /** Whether the verified file was old enough when it was read, so that its identity alone proves that it has not changed. */
    private boolean settled;

    private @Nullable Identities rejected;

    /**
     * The current identities of the file.
     *
     * @param atPath the identity of the file at the path
     * @param opened the identity of the opened file; the same as {@code atPath} if it is closed
     */
    private record Identities(FileIdentity atPath, FileIdentity opened) {
        boolean areSettled(Instant now) {
            return atPath.changed().plus(LONGEST_TICK).isBefore(now)
                    && opened.changed().plus(LONGEST_TICK).isBefore(now);
        }
    }

    /**
     * Watches a file whose bytes were verified after it was opened.
     *
     * @param opened the opened file, which is watched while it is open; the owner may close it at any time
     * @param openedAt the clock's time before it was opened
     */
    VerifiedFile(Path path, String sha256, MappedFile opened, Instant openedAt, Clock clock) {
        this.path = path;
        this.sha256 = sha256;
        this.opened = opened;
        this.clock = clock;
        this.verified = new Identities(opened.identity(), opened.identity());
        this.settled = verified.areSettled(openedAt);
    }

    /**
     * Whether the file still has the verified bytes.
     *
     * @throws IOException if the file no longer exists or cannot be read
     */
    synchronized boolean isUnchanged() throws IOException {
        Identities now = currentIdentities();
        if (now.equals(verified) && settled) {
            return true;
        }
        if (now.equals(rejected)) {
            return false;
        }
        boolean nowSettled = now.areSettled(clock.instant());
        if (hasVerifiedBytes(now)) {
            verified = now;
            settled = nowSettled;
            rejected = null;
            return true;
        }
        rejected = nowSettled ? now : null;
        return false;
    }

    private Identities currentIdentities() throws IOException {
        FileIdentity atPath = FileIdentity.of(path);
        return new Identities(atPath, opened.isOpen() ? opened.currentIdentity() : atPath);
    }

    private boolean hasVerifiedBytes(Identities now) throws IOException {
        long size = verified.opened.size();
        if (now.atPath.size() != size || now.opened.size() != size) {
            return false;
        }
        if (opened.isOpen() && !Sha256.sha256(opened).equals(sha256)) {
            return false;
        }
        if (opened.isOpen() && now.atPath.equals(now.opened)) {
            return true;
        }
        try (MappedFile file = MappedFile.open(path)) {
            return Sha256.sha256(file).equals(sha256);
        }
    }
}
