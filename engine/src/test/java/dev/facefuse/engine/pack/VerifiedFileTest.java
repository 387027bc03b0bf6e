package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.facefuse.nativelib.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiedFileTest {
    private static final byte[] BYTES = new byte[3 << 20];
    private static final byte[] OTHER_BYTES = new byte[BYTES.length];

    static {
        OTHER_BYTES[BYTES.length / 2] = 1;
    }

    @TempDir
    Path directory;

    private Path path;
    private MappedFile opened;
    private VerifiedFile watched;

    @BeforeEach
    void open() throws IOException {
        path = Files.write(Files.createDirectory(directory.resolve("pack")).resolve("part.pt"), BYTES);
        Clock clock = Clock.systemUTC();
        Instant openedAt = clock.instant();
        opened = MappedFile.open(path);
        watched = new VerifiedFile(path, Sha256.sha256(ByteBuffer.wrap(BYTES)), opened, openedAt, clock);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void acceptsAnUnchangedFile() throws IOException {
        assertThat(watched.isUnchanged()).isTrue();
        assertThat(watched.isUnchanged()).isTrue();
        opened.close();
        assertThat(watched.isUnchanged()).isTrue();
    }

    @Test
    void acceptsATouchedFile() throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
        assertThat(watched.isUnchanged()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detectsAWriteUntilTheBytesAreRestored(boolean closed) throws IOException {
        if (closed) {
            opened.close();
        }
        Files.write(path, OTHER_BYTES, StandardOpenOption.WRITE);
        assertThat(watched.isUnchanged()).isFalse();
        assertThat(watched.isUnchanged()).isFalse();
        Files.write(path, BYTES, StandardOpenOption.WRITE);
        assertThat(watched.isUnchanged()).isTrue();
    }

    /** According to this clock the file was written long before it was opened, so its contents are read only if its identity changes. */
    @Test
    void readsTheFileAgainOnlyIfItsIdentityChanged() throws IOException {
        Instant future = Instant.now().plusSeconds(3600);
        String checksumOfOtherBytes = Sha256.sha256(ByteBuffer.wrap(OTHER_BYTES));
        VerifiedFile settled =
                new VerifiedFile(path, checksumOfOtherBytes, opened, future, Clock.fixed(future, ZoneOffset.UTC));
        assertThat(settled.isUnchanged()).as("not read again").isTrue();
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
        PackFolder.truncate(path);
        assertThat(settled.isUnchanged()).isFalse();
    }

    /** Reading the mapping of a truncated file would crash the process. */
    @Test
    void detectsATruncation() throws IOException {
        PackFolder.truncate(path);
        assertThat(watched.isUnchanged()).isFalse();
        Files.write(path, new byte[0]);
        assertThat(watched.isUnchanged()).isFalse();
    }

    @Test
    void detectsAnAppendedByte() throws IOException {
        Files.write(path, new byte[1], StandardOpenOption.APPEND);
        assertThat(watched.isUnchanged()).isFalse();
    }

    @Test
    void detectsAReplacedFile() throws IOException {
        PackFolder.replace(path, OTHER_BYTES);
        assertThat(watched.isUnchanged()).isFalse();
        PackFolder.replace(path, BYTES);
        assertThat(watched.isUnchanged()).as("the same bytes in another file").isTrue();
    }

    @Test
    void detectsAChangedLink() throws IOException {
        Path other = Files.write(directory.resolve("other.pt"), OTHER_BYTES);
        Path same = Files.move(path, directory.resolve("same.pt"));
        Files.createSymbolicLink(path, same);
        assertThat(watched.isUnchanged()).isTrue();
        Files.delete(path);
        Files.createSymbolicLink(path, other);
        assertThat(watched.isUnchanged()).isFalse();
    }

    @Test
    void detectsAMissingFile() throws IOException {
        Files.move(path.getParent(), directory.resolve("elsewhere"));
        assertThatIOException().isThrownBy(watched::isUnchanged).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void detectsADirectoryInsteadOfAFile() throws IOException {
        Files.delete(path);
        Files.createDirectory(path);
        assertThatIOException().isThrownBy(watched::isUnchanged).withMessageContaining("not a regular file");
    }
}
