package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that Linux's control groups leave a process: each group from the process's own up to the root of its hierarchy
 * may have a limit, and the least counts. Version 1 and 2, also side by side; see the kernel's
 * {@code admin-guide/cgroup-v1/memory.rst} and {@code admin-guide/cgroup-v2.rst}.
 *
 * <p>What cannot be read limits nothing: there may be no control groups, or no right to see the upper ones.
 */
final class Cgroup {

    /** No limit. */
    static final long NONE = Long.MAX_VALUE;

    private final List<Level> levels = new ArrayList<>();

    /** This process's. */
    Cgroup() {
        this(Path.of("/proc/self"), Path.of("/"));
    }

    /**
     * @param process a directory with the files {@code cgroup} and {@code mountinfo} of {@code /proc/self}
     * @param root where the mount points in {@code mountinfo} begin
     */
    Cgroup(Path process, Path root) {
        List<String> memberships = lines(process.resolve("cgroup"));
        for (String line : lines(process.resolve("mountinfo"))) {
            Mount mount = Mount.parse(line);
            if (mount != null) {
                addLevels(mount, memberships, root);
            }
        }
    }

    /** The most bytes this process's groups may have; {@link #NONE} without a limit. */
    long limit() {
        return levels.stream().mapToLong(Level::limit).min().orElse(NONE);
    }

    /** Bytes that can be charged to this process's groups before a limit is met, the file cache given up for it. */
    long left() {
        return levels.stream().mapToLong(Level::left).min().orElse(NONE);
    }

    private void addLevels(Mount mount, List<String> memberships, Path root) {
        Path top = root.resolve(mount.point.substring(1));
        for (String membership : memberships) {
            String path = mount.pathOfMember(membership);
            if (path != null) {
                Path own = top.resolve(path).normalize();
                for (Path group = own.startsWith(top) ? own : top;
                        group != null && group.startsWith(top);
                        group = group.getParent()) {
                    levels.add(new Level(group, mount.second));
                }
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * A mounted hierarchy that may account for memory.
     *
     * @param group the group that is mounted: all there is to see may be a part of the hierarchy
     * @param point where
     * @param second whether it is of version 2
     */
    private record Mount(String group, String point, boolean second) {

        /** Of a line of mountinfo: number, parent, device, group, point, options, … - type, source, super options. */
        static @Nullable Mount parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] here = halves[0].split(" ", -1);
            String[] there = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
            if (here.length < 5 || there.length < 3) {
                return null;
            }
            boolean second = there[0].equals("cgroup2");
            boolean first = there[0].equals("cgroup") && namesMemory(there[2]);
            return first || second ? new Mount(plain(here[3]), plain(here[4]), second) : null;
        }

        /** Without the escapes that mountinfo has for what separates its fields. */
        private static String plain(String path) {
            return path.replace("\\040", " ")
                    .replace("\\011", "\t")
                    .replace("\\012", "\n")
                    .replace("\\134", "\\");
        }

        /**
         * From the mount point to the group of a line {@code number:controllers:path} of the process's groups, where that is one
         * of this hierarchy (of version 2: {@code 0::path}), else null. To the mount point itself where it is not under it.
         */
        @Nullable
        String pathOfMember(String membership) {
            String[] parts = membership.split(":", 3);
            if (parts.length < 3 || !(second ? parts[1].isEmpty() : namesMemory(parts[1]))) {
                return null;
            }
            String prefix = group.equals("/") ? "/" : group + "/";
            return parts[2].startsWith(prefix) ? parts[2].substring(prefix.length()) : "";
        }

        private static boolean namesMemory(String list) {
            return Arrays.asList(list.split(",", -1)).contains("memory");
        }
    }

    /** A group. */
    private record Level(Path directory, boolean second) {

        long limit() {
            return second
                    ? read("memory.max")
                    : Math.min(read("memory.limit_in_bytes"), stat("hierarchical_memory_limit"));
        }

        long left() {
            long limit = second ? read("memory.max") : read("memory.limit_in_bytes");
            long used = second ? read("memory.current") : read("memory.usage_in_bytes");
            if (limit == NONE || used == NONE) {
                return NONE;
            }
            long cached = stat(second ? "inactive_file" : "total_inactive_file");
            return Math.max(0, limit - used + (cached == NONE ? 0 : cached));
        }

        private long read(String file) {
            return lines(directory.resolve(file)).stream()
                    .mapToLong(Level::number)
                    .findFirst()
                    .orElse(NONE);
        }

        private long stat(String name) {
            OptionalLong value = lines(directory.resolve("memory.stat")).stream()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToLong(line -> number(line.substring(name.length() + 1)))
                    .findFirst();
            return value.orElse(NONE);
        }

        /** {@code max} is no number, nor is what is too large for one. */
        private static long number(String text) {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                return NONE;
            }
        }
    }
}
