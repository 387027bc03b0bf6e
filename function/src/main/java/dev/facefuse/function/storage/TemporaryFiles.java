package dev.facefuse.function.storage;

import dev.facefuse.nativelib.OpenFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary files, {@code .facefuse-*.tmp}. They exist for a moment when a file is replaced, and while a file is written if the file
 * system has no unnamed files. Each is locked by the process that made it. A file without a lock belongs to a killed process; it is
 * removed when a process starts and when one writes to its folder.
 */
final class TemporaryFiles {
    private static final Logger log = LoggerFactory.getLogger(TemporaryFiles.class);

    private static final String PREFIX = ".facefuse-";
    private static final String SUFFIX = ".tmp";

    /** The largest number of files to check when the process starts, so that the start is not delayed. */
    private static final int MOST_ENTRIES = 100_000;

    private static final int DEEPEST = 64;
    private static final int MOST_FOLDERS = 10_000;

    private static final AtomicLong COUNT = new AtomicLong();

    /** Names in use by this process. Its own files must not be opened again: a lock belongs to the process and is lost when any of its channels to the file is closed. */
    private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

    /** Folders that this process has searched. */
    private static final Set<Folder> CLEAN = ConcurrentHashMap.newKeySet();

    private TemporaryFiles() {}

    /** Identifies a folder. A deleted folder's file key is reused, so its creation time is part of the identity. */
    private record Folder(@Nullable Object key, FileTime created) {}

    /** Removes the files that killed processes left in a folder; once per process. Ignores a folder that cannot be read. */
    static void removeLeft(Path folder) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(folder, BasicFileAttributes.class);
            if (CLEAN.size() >= MOST_FOLDERS) {
                CLEAN.clear();
            }
            if (!CLEAN.add(new Folder(attributes.fileKey(), attributes.creationTime()))) {
                return;
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
                left.forEach(TemporaryFiles::removeIfLeft);
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("A folder cannot be looked through for temporary files", e);
        }
    }

    /** Removes such files in a folder and the folders below it, checking at most {@value #MOST_ENTRIES} files. */
    static void removeLeftBelow(Path root) {
        try {
            Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), DEEPEST, new Visitor());
        } catch (IOException e) {
            log.debug("A folder cannot be looked through for temporary files", e);
        }
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private int entries;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = String.valueOf(file.getFileName());
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                removeIfLeft(file);
            }
            return ++entries < MOST_ENTRIES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    private static void removeIfLeft(Path file) {
        if (OWN.contains(String.valueOf(file.getFileName()))) {
            return;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
                log.info("Removed a temporary file that a killed process left: {}", file.getFileName());
            }
        } catch (IOException | RuntimeException e) {
            log.debug("A temporary file stays", e);
        }
    }

    /** A temporary file with a name. Closing it removes the name if it still exists. */
    static final class Named implements AutoCloseable {
        private final Path path;
        private final FileChannel locked;

        private Named(Path path, FileChannel locked) {
            this.path = path;
            this.locked = locked;
        }

        /** Makes an empty file. */
        static Named create(Path folder) throws IOException {
            for (; ; ) {
                Path path = folder.resolve(newName());
                try {
                    return new Named(
                            path,
                            lock(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
                } catch (FileAlreadyExistsException e) {
                    forget(path); // Another process uses the same numbers.
                } catch (IOException e) {
                    forget(path);
                    throw e;
                }
            }
        }

        /** Gives an unnamed file a temporary name. */
        static Named link(OpenFile unnamed, Path folder) throws IOException {
            FileChannel channel = lock(FileChannel.open(unnamed.path(), StandardOpenOption.WRITE));
            for (; ; ) {
                Path path = folder.resolve(newName());
                try {
                    unnamed.link(path);
                    return new Named(path, channel);
                } catch (FileAlreadyExistsException e) {
                    forget(path);
                } catch (IOException e) {
                    forget(path);
                    channel.close();
                    throw e;
                }
            }
        }

        private static String newName() {
            String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.getAndIncrement() + SUFFIX;
            OWN.add(name);
            return name;
        }

        private static FileChannel lock(FileChannel channel) {
            try {
                channel.tryLock();
            } catch (IOException | RuntimeException e) {
                log.debug("This file system has no locks", e);
            }
            return channel;
        }

        private static void forget(Path path) {
            OWN.remove(String.valueOf(path.getFileName()));
        }

        Path path() {
            return path;
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(path);
                locked.close();
            } catch (IOException e) {
                log.debug("A temporary file stays", e);
            }
            forget(path);
        }
    }
}
