package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
    private static final int LARGE_BYTES = 64 << 20;

    @TempDir
    Path directory;

    @Test
    void mapsTheFilesBytes() throws IOException {
        try (MappedFile file = MappedFile.open(write(new byte[] {1, 2, 3}))) {
            assertThat(file.size()).isEqualTo(3);
            ByteBuffer bytes = file.bytes();
            assertThat(bytes.isReadOnly()).isTrue();
            byte[] read = new byte[bytes.remaining()];
            bytes.get(read);
            assertThat(read).containsExactly(1, 2, 3);
            file.releasePages();
            assertThat(file.bytes().get(2)).isEqualTo((byte) 3);
        }
    }

    @Test
    void closingTwiceIsAllowed() throws IOException {
        MappedFile file = MappedFile.open(write(new byte[10]));
        file.close();
        file.close();
        file.releasePages();
        assertThat(file.isOpen()).isFalse();
    }

    @Test
    void rejectsFilesThatCannotBeMapped() throws IOException {
        Path empty = write(new byte[0]);
        assertThatIOException().isThrownBy(() -> MappedFile.open(empty)).withMessageContaining("has 0 bytes");
        assertThatIOException()
                .isThrownBy(() -> MappedFile.open(directory.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatIOException().isThrownBy(() -> MappedFile.open(directory)).withMessageContaining("cannot be mapped");
    }

    @Test
    void identityIsThatOfTheOpenedFile() throws IOException {
        Path path = write(new byte[] {1, 2, 3});
        try (MappedFile file = MappedFile.open(path)) {
            assertThat(file.identity()).isEqualTo(FileIdentity.of(path));
            Files.move(path, directory.resolve("moved"));
            Files.write(path, new byte[] {4, 5, 6});
            assertThat(FileIdentity.of(path).inode())
                    .isNotEqualTo(file.identity().inode());
            assertThat(file.currentIdentity().inode()).isEqualTo(file.identity().inode());
        }
    }

    @Test
    void readsTheCurrentContentsOfTheOpenedFile() throws IOException {
        Path path = write(new byte[] {1, 2, 3});
        MappedFile file = MappedFile.open(path);
        byte[] buffer = new byte[8];
        assertThat(file.read(1, buffer)).isEqualTo(2);
        assertThat(buffer).startsWith(2, 3, 0);
        Files.write(path, new byte[0]);
        assertThat(file.read(0, buffer)).isZero();
        assertThat(file.currentIdentity().size()).isZero();
        file.close();
        assertThatIOException().isThrownBy(() -> file.read(0, buffer)).withMessageContaining("was closed");
        assertThatIOException().isThrownBy(file::currentIdentity).withMessageContaining("was closed");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void releasePagesFreesPhysicalMemory() throws IOException {
        byte[] noise = new byte[LARGE_BYTES];
        new Random(1).nextBytes(noise);
        try (MappedFile file = MappedFile.open(write(noise))) {
            long before = ProcessNative.residentBytes();
            long sum = 0;
            for (ByteBuffer bytes = file.bytes(); bytes.hasRemaining(); ) {
                sum += bytes.get();
            }
            long loaded = ProcessNative.residentBytes();
            file.releasePages();
            long released = ProcessNative.residentBytes();
            assertThat(sum).isNotZero();
            assertThat(loaded - before).isGreaterThan(LARGE_BYTES * 3L / 4);
            assertThat(loaded - released).isGreaterThan(LARGE_BYTES * 3L / 4);
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("file"), bytes);
    }
}
