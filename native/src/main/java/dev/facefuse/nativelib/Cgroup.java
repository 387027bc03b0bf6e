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
 * The memory limit of a process according to Linux's control groups. Each group from the process's own group up to the root of its
 * hierarchy may have a limit; the lowest applies. Supports version 1, version 2 and both side by side; see the kernel's
 * {@code admin-guide/cgroup-v1/memory.rst} and {@code admin-guide/cgroup-v2.rst}.
 *
 * <p>A file that cannot be read counts as no limit: there may be no control groups, or no permission to read the upper ones.
 */
final class Cgroup {

    /** No limit. */
    static final long NONE = Long.MAX_VALUE;

    private final List<Group> groups = new ArrayList<>();

    /** The groups of this process. */
    Cgroup() {
        this(Path.of("/proc/self"), Path.of("/"));
    }

    /**
     * The groups of a process.
     *
     * @param process a directory that has the files {@code cgroup} and {@code mountinfo}, like {@code /proc/self}
     * @param root the directory to which the mount points in {@code mountinfo} are relative
     */
    Cgroup(Path process, Path root) {
        List<String> memberships = lines(process.resolve("cgroup"));
        for (String line : lines(process.resolve("mountinfo"))) {
            Mount mount = Mount.parse(line);
            if (mount != null) {
                addGroups(mount, memberships, root);
            }
        }
    }

    /** The lowest limit of the groups in bytes; {@link #NONE} if no group has one. */
    long limit() {
        return groups.stream().mapToLong(Group::limit).min().orElse(NONE);
    }

    /**
     * The bytes that the process can still allocate before a group reaches its limit. Reclaimable file cache counts as available.
     * {@link #NONE} if no group has a limit.
     */
    long available() {
        return groups.stream().mapToLong(Group::available).min().orElse(NONE);
    }

    private void addGroups(Mount mount, List<String> memberships, Path root) {
        Path top = root.resolve(mount.point.substring(1));
        for (String membership : memberships) {
            String path = mount.relativePath(membership);
            if (path != null) {
                Path own = top.resolve(path).normalize();
                for (Path group = own.startsWith(top) ? own : top;
                        group != null && group.startsWith(top);
                        group = group.getParent()) {
                    groups.add(new Group(group, mount.version2));
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
     * A mounted hierarchy of control groups that accounts for memory.
     *
     * @param group the mounted group; in a container it need not be the root of the hierarchy
     * @param point the mount point
     * @param version2 whether the hierarchy is of version 2
     */
    private record Mount(String group, String point, boolean version2) {

        /**
         * Parses a line of mountinfo: number, parent, device, group, point, options, … - type, source, super options.
         *
         * @return null for any other mount
         */
        static @Nullable Mount parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ", -1);
            String[] fileSystem = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
            if (mount.length < 5 || fileSystem.length < 3) {
                return null;
            }
            boolean version2 = fileSystem[0].equals("cgroup2");
            boolean version1 = fileSystem[0].equals("cgroup") && hasMemory(fileSystem[2]);
            return version1 || version2 ? new Mount(unescape(mount[3]), unescape(mount[4]), version2) : null;
        }

        /** mountinfo escapes the characters that separate its fields and lines. */
        private static String unescape(String path) {
            return path.replace("\\040", " ")
                    .replace("\\011", "\t")
                    .replace("\\012", "\n")
                    .replace("\\134", "\\");
        }

        /**
         * The path of a process's group relative to the mount point; empty if the group is not below it.
         *
         * @param membership a line {@code number:controllers:path} of the process's groups ({@code 0::path} in version 2)
         * @return null if the line belongs to another hierarchy
         */
        @Nullable
        String relativePath(String membership) {
            String[] parts = membership.split(":", 3);
            if (parts.length < 3 || !(version2 ? parts[1].isEmpty() : hasMemory(parts[1]))) {
                return null;
            }
            String prefix = group.equals("/") ? "/" : group + "/";
            return parts[2].startsWith(prefix) ? parts[2].substring(prefix.length()) : "";
        }

        private static boolean hasMemory(String controllers) {
            return Arrays.asList(controllers.split(",", -1)).contains("memory");
        }
    }

    private record Group(Path directory, boolean version2) {

        long limit() {
            return version2
                    ? read("memory.max")
                    : Math.min(read("memory.limit_in_bytes"), stat("hierarchical_memory_limit"));
        }

        long available() {
            long limit = version2 ? read("memory.max") : read("memory.limit_in_bytes");
            long used = version2 ? read("memory.current") : read("memory.usage_in_bytes");
            if (limit == NONE || used == NONE) {
                return NONE;
            }
            long cached = stat(version2 ? "inactive_file" : "total_inactive_file");
            return Math.max(0, limit - used + (cached == NONE ? 0 : cached));
        }

        private long read(String file) {
            return lines(directory.resolve(file)).stream()
                    .mapToLong(Group::number)
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

        /** {@link #NONE} for {@code max} and for numbers that do not fit a long. */
        private static long number(String text) {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                return NONE;
            }
        }
    }
}
