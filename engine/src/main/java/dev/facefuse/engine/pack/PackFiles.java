package dev.facefuse.engine.pack;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.MappedFile;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.ScriptModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a pack and verifies their checksums on exactly the bytes that are then used, because TorchScript is code. Files that
 * were read from a directory are watched for later changes. Safe from several threads at once.
 */
final class PackFiles {
    private final PackSource source;
    private final Clock clock;
    private final Map<String, VerifiedFile> watched = new ConcurrentHashMap<>();

    PackFiles(PackSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** The checksum and length that a file must have. */
    record Expected(String file, String sha256, long bytes) {
        Expected(Manifest.Part part) {
            this(part.file(), part.sha256(), part.bytes());
        }

        Expected(Manifest.Asset asset) {
            this(asset.file(), asset.sha256(), asset.bytes());
        }
    }

    /** The path of a file that can be mapped into memory; null if it is a classpath resource. */
    @Nullable
    Path path(String file) {
        return source.path(file);
    }

    /** Reads and watches a file that has no checksum. */
    byte[] read(String file, long maxBytes) {
        Instant openedAt = clock.instant();
        PackSource.Content content = content(file, maxBytes);
        watch(file, Sha256.sha256(ByteBuffer.wrap(content.bytes())), content.file(), openedAt);
        return content.bytes();
    }

    /** Reads, verifies and watches a file. */
    byte[] read(Expected expected) {
        Instant openedAt = clock.instant();
        PackSource.Content content = verifiedContent(expected);
        watch(expected.file(), expected.sha256(), content.file(), openedAt);
        return content.bytes();
    }

    /** Verifies a file without watching it. */
    void verify(Expected expected) {
        verifiedContent(expected);
    }

    /** Like {@link #verify}, without reading the file onto the Java heap if it can be mapped. */
    void verifyLarge(Expected expected) {
        Path path = source.path(expected.file());
        if (path == null) {
            verify(expected);
        } else {
            openVerified(path, expected).close();
        }
    }

    /**
     * Maps and verifies a file, loads a model from it and watches it.
     *
     * @throws FuseException {@code pack-invalid} if the file is invalid, or was changed while it was loaded
     */
    ScriptModel load(Path path, Expected expected, Function<MappedFile, ScriptModel> loader) {
        Instant openedAt = clock.instant();
        MappedFile file = openVerified(path, expected);
        VerifiedFile watch = new VerifiedFile(path, expected.sha256(), file, openedAt, clock);
        ScriptModel model;
        try {
            model = loader.apply(file);
        } catch (NativeException e) {
            requireUnchanged(expected.file(), watch);
            throw e;
        }
        try {
            requireUnchanged(expected.file(), watch);
        } catch (FuseException e) {
            model.close();
            throw e;
        }
        watched.put(expected.file(), watch);
        return model;
    }

    /** @throws FuseException {@code pack-invalid} for the first watched file that no longer has the verified bytes */
    void requireUnchanged() {
        watched.forEach(this::requireUnchanged);
    }

    private void requireUnchanged(String file, VerifiedFile watch) {
        boolean unchanged;
        try {
            unchanged = watch.isUnchanged();
        } catch (IOException e) {
            throw new FuseException(ErrorCode.PACK_INVALID, changed(file, "cannot be read any more"), e);
        }
        if (!unchanged) {
            throw new FuseException(ErrorCode.PACK_INVALID, changed(file, "changed after it was verified"));
        }
    }

    private String changed(String file, String how) {
        return "The file " + file + " in " + source + " " + how
                + "; restore the pack and restart facefuse. To update a pack, rename the new files over the old ones, never"
                + " write into them, and restart.";
    }

    private void watch(String file, String sha256, @Nullable MappedFile opened, Instant openedAt) {
        Path path = source.path(file);
        if (path != null && opened != null) {
            watched.put(file, new VerifiedFile(path, sha256, opened, openedAt, clock));
        }
    }

    private PackSource.Content verifiedContent(Expected expected) {
        PackSource.Content content = content(expected.file(), expected.bytes());
        verify(expected, ByteBuffer.wrap(content.bytes()));
        return content;
    }

    private PackSource.Content content(String file, long maxBytes) {
        try {
            return source.read(file, maxBytes);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Opens a file that the caller must close. */
    private MappedFile openVerified(Path path, Expected expected) {
        MappedFile file;
        try {
            file = MappedFile.open(path);
        } catch (IOException e) {
            throw unreadable(expected.file(), e);
        }
        try {
            verify(expected, file.bytes());
            return file;
        } catch (FuseException e) {
            file.close();
            throw e;
        }
    }

    private void verify(Expected expected, ByteBuffer bytes) {
        if (bytes.remaining() != expected.bytes() || !Sha256.sha256(bytes).equals(expected.sha256())) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The file " + expected.file() + " in " + source
                            + " is not the one its pack.json lists (its SHA-256 differs); fetch or export the pack again.");
        }
    }

    private FuseException unreadable(String file, IOException cause) {
        boolean missing = cause instanceof NoSuchFileException || cause instanceof FileNotFoundException;
        return new FuseException(
                ErrorCode.PACK_INVALID,
                "The file " + file + " in " + source + (missing ? " is missing" : " cannot be read")
                        + "; fetch or export the pack again.",
                cause);
    }

    /** The location of the pack, for messages. */
    @Override
    public String toString() {
        return source.toString();
    }
}
