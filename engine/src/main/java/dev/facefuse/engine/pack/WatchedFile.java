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
 * A file that was verified, and whether it still holds the verified bytes: at its path, and where weights are read from the opened
 * file while fusions run, in that file too. Asks the file system for identities, and reads the file again only when they changed.
 * Safe from several threads at once.
 */
final class WatchedFile {
    /**
     * A write within the same tick of the file system's clock as an earlier one does not show in the identity. So a file that was
     * written this shortly before it was read is read once more later. FAT has the longest tick, two seconds.
     */
    private static final Duration LONGEST_TICK = Duration.ofSeconds(2);

    private final Path path;
    private final String sha256;
    private final MappedFile opened;
    private final Clock clock;

    // Guarded by this.
    private Seen verified;
    private boolean settled;
    private @Nullable Seen refused;

    /**
     * The file's identities according to the file system.
     *
     * @param atPath which file the path leads to
     * @param opened the opened one; the same as {@code atPath} where it is closed
     */
    private record Seen(FileIdentity atPath, FileIdentity opened) {
        boolean isSettled(Instant now) {
            return atPath.changed().plus(LONGEST_TICK).isBefore(now)
                    && opened.changed().plus(LONGEST_TICK).isBefore(now);
        }
    }

    /**
     * A file whose bytes were verified after it was opened.
     *
     * @param opened watched as long as it is open; the owner may close it at any time
     * @param openedAt the clock's time before it was opened
     */
    WatchedFile(Path path, String sha256, MappedFile opened, Instant openedAt, Clock clock) {
        this.path = path;
        this.sha256 = sha256;
        this.opened = opened;
        this.clock = clock;
        this.verified = new Seen(opened.identity(), opened.identity());
        this.settled = verified.isSettled(openedAt);
    }

    /**
     * Whether the verified bytes are still there.
     *
     * @throws IOException if the file is gone or cannot be read any more
     */
    synchronized boolean isUnchanged() throws IOException {
        Seen now = look();
        if (now.equals(verified) && settled) {
            return true;
        }
        if (now.equals(refused)) {
            return false;
        }
        boolean nowSettled = now.isSettled(clock.instant());
        if (holdsVerifiedBytes(now)) {
            verified = now;
            settled = nowSettled;
            refused = null;
            return true;
        }
        refused = nowSettled ? now : null;
        return false;
    }

    private Seen look() throws IOException {
        FileIdentity atPath = FileIdentity.of(path);
        return new Seen(atPath, opened.isOpen() ? opened.currentIdentity() : atPath);
    }

    private boolean holdsVerifiedBytes(Seen now) throws IOException {
        long size = verified.opened.size();
        if (now.atPath.size() != size || now.opened.size() != size) {
            return false;
        }
        if (opened.isOpen() && !Checksums.sha256(opened).equals(sha256)) {
            return false;
        }
        if (opened.isOpen() && now.atPath.equals(now.opened)) {
            return true;
        }
        try (MappedFile file = MappedFile.open(path)) {
            return Checksums.sha256(file).equals(sha256);
        }
    }
}
