package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFileTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void requireLinux() {
        assumeTrue(OpenFile.isSupported());
    }

    @Test
    void pathLeadsToTheOpenedFileAfterARename() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.writeString(inner.resolve("a"), "one");
        try (OpenFile file = OpenFile.beneath(folder, Path.of("inner/a"));
                OpenFile openFolder = OpenFile.beneath(folder, Path.of("inner"))) {
            Files.move(inner, folder.resolve("moved"));
            Files.writeString(Files.createDirectory(inner).resolve("a"), "other");
            assertThat(file.path()).hasContent("one");
            assertThat(openFolder.path().resolve("a")).hasContent("one");
        }
    }

    @Test
    void followsNoSymbolicLink() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.writeString(inner.resolve("a"), "one");
        Files.createSymbolicLink(folder.resolve("link"), inner);
        Files.createSymbolicLink(folder.resolve("leaf"), inner.resolve("a"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> OpenFile.beneath(folder, Path.of("link/a")));
        try (OpenFile link = OpenFile.beneath(folder, Path.of("leaf"))) {
            assertThat(Files.isRegularFile(link.path())).isFalse();
        }
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> OpenFile.beneath(folder, Path.of("none/a")));
    }

    @Test
    void anUnnamedFileIsRemovedWhenClosed() throws IOException {
        try (OpenFile file = OpenFile.unnamed(folder)) {
            assumeTrue(file != null, "this file system does not support unnamed files");
            Files.writeString(file.path(), "text");
            assertThat(folder).isEmptyDirectory();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anUnnamedFileCanBeGivenAFreeName() throws IOException {
        try (OpenFile file = OpenFile.unnamed(folder)) {
            assumeTrue(file != null, "this file system does not support unnamed files");
            Files.writeString(file.path(), "text");
            Path taken = Files.createFile(folder.resolve("taken"));
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> file.link(taken));
            file.link(folder.resolve("free"));
        }
        assertThat(folder.resolve("free")).hasContent("text");
        assertThat(folder.resolve("taken")).isEmptyFile();
    }
}
