package dev.facefuse.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A control group with a limit on memory and no swap, for a process of a test; its directory is gone when it is closed. */
final class LimitedGroup implements AutoCloseable {
    private static final Path VERSION_1 = Path.of("/sys/fs/cgroup/memory");
    private static final Path VERSION_2 = Path.of("/sys/fs/cgroup");

    private final Path directory;

    private LimitedGroup(Path directory) {
        this.directory = directory;
    }

    /** A new group; null where this user may make none, or where groups do not account for memory. */
    static @Nullable LimitedGroup of(long limitBytes) {
        boolean first = Files.exists(VERSION_1);
        Path directory = (first ? VERSION_1 : VERSION_2)
                .resolve("facefuse-test-" + ProcessHandle.current().pid());
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            return null;
        }
        LimitedGroup group = new LimitedGroup(directory);
        String limit = Long.toString(limitBytes);
        if (!group.set(first ? "memory.limit_in_bytes" : "memory.max", limit)) {
            group.close();
            return null;
        }
        // Not every kernel counts swap.
        group.set(first ? "memory.memsw.limit_in_bytes" : "memory.swap.max", first ? limit : "0");
        return group;
    }

    private boolean set(String file, String value) {
        try {
            Files.writeString(directory.resolve(file), value);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The command, inside the group from its first instruction on. */
    List<String> enclose(List<String> command) {
        List<String> enclosed = new ArrayList<>(
                List.of("sh", "-c", "echo $$ > " + directory.resolve("cgroup.procs") + " && exec \"$@\"", "sh"));
        enclosed.addAll(command);
        return enclosed;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // Its process is being reaped still; an empty group costs nothing.
        }
    }
}
