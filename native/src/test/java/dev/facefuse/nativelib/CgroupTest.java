package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {

    private static final String MOUNT_2 = "30 23 0:26 %s /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
    private static final String MOUNT_1 = "35 31 0:32 %s /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
    private static final String MOUNT_CPU = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
    private static final String OTHER = "23 1 254:1 / / rw,relatime - ext4 /dev/vda rw\n\nnonsense\n";

    @TempDir
    Path root;

    private Path process;

    @BeforeEach
    void createProcess() throws IOException {
        process = Files.createDirectories(root.resolve("proc/self"));
    }

    @Test
    void usesTheLowestLimitOfAllParents() throws IOException {
        membership("0::/shop/till\n", MOUNT_2.formatted("/"));
        group("sys/fs/cgroup/shop/till", "memory.max", "max", "memory.current", "700");
        group(
                "sys/fs/cgroup/shop",
                "memory.max",
                "5000",
                "memory.current",
                "4000",
                "memory.stat",
                "inactive_file 300\n");
        group("sys/fs/cgroup", "memory.max", "9000", "memory.current", "6000");
        assertThat(cgroup().limit()).isEqualTo(5000);
        assertThat(cgroup().available()).isEqualTo(5000 - 4000 + 300);
    }

    @Test
    void availableIsThatOfTheFullestGroup() throws IOException {
        membership("0::/shop/till\n", MOUNT_2.formatted("/"));
        group("sys/fs/cgroup/shop/till", "memory.max", "2000", "memory.current", "500");
        group("sys/fs/cgroup/shop", "memory.max", "5000", "memory.current", "4900");
        assertThat(cgroup().limit()).isEqualTo(2000);
        assertThat(cgroup().available()).isEqualTo(100);
    }

    @Test
    void availableIsNeverNegative() throws IOException {
        membership("0::/\n", MOUNT_2.formatted("/"));
        group("sys/fs/cgroup", "memory.max", "100", "memory.current", "200");
        assertThat(cgroup().available()).isZero();
    }

    @Test
    void readsVersion1() throws IOException {
        membership("5:cpu:/\n4:memory:/pod/box\n", MOUNT_CPU + MOUNT_1.formatted("/"));
        group(
                "sys/fs/cgroup/memory/pod/box",
                "memory.limit_in_bytes",
                "9223372036854771712",
                "memory.usage_in_bytes",
                "800",
                "memory.stat",
                "cache 1\nhierarchical_memory_limit 4096\ntotal_inactive_file 50\n");
        group("sys/fs/cgroup/memory/pod", "memory.limit_in_bytes", "8192", "memory.usage_in_bytes", "8000");
        assertThat(cgroup().limit()).isEqualTo(4096);
        assertThat(cgroup().available()).isEqualTo(192);
    }

    @Test
    void findsAContainersGroupAtTheMountPoint() throws IOException {
        membership("4:memory:/docker/c0ffee/inner\n", MOUNT_1.formatted("/docker/c0ffee"));
        group("sys/fs/cgroup/memory/inner", "memory.limit_in_bytes", "7000");
        group("sys/fs/cgroup/memory", "memory.limit_in_bytes", "6000");
        assertThat(cgroup().limit()).isEqualTo(6000);
    }

    @Test
    void usesTheMountPointIfTheGroupIsOutside() throws IOException {
        for (String outside : List.of("0::/elsewhere\n", "0::/../../elsewhere\n")) {
            membership(outside, MOUNT_2.formatted(outside.contains("..") ? "/" : "/docker/c0ffee"));
            group("sys/fs/cgroup", "memory.max", "6000");
            assertThat(cgroup().limit()).isEqualTo(6000);
        }
    }

    @Test
    void findsAMountPointWithASpace() throws IOException {
        membership("0::/\n", "30 23 0:26 / /my\\040groups rw - cgroup2 none rw\n");
        group("my groups", "memory.max", "6000");
        assertThat(cgroup().limit()).isEqualTo(6000);
    }

    @Test
    void readsBothVersionsSideBySide() throws IOException {
        membership(
                "4:memory:/\n0::/\n",
                MOUNT_1.formatted("/") + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        group("sys/fs/cgroup/unified", "cgroup.procs", "1");
        group("sys/fs/cgroup/memory", "memory.limit_in_bytes", "6000", "memory.usage_in_bytes", "1000");
        assertThat(cgroup().limit()).isEqualTo(6000);
        assertThat(cgroup().available()).isEqualTo(5000);
    }

    @Test
    void hasNoLimitIfNothingCanBeRead() throws IOException {
        assertNoLimit();
        membership("0::/shop\n", MOUNT_2.formatted("/"));
        assertNoLimit();
        Files.createDirectories(root.resolve("sys/fs/cgroup/shop/memory.max"));
        assertNoLimit();
        group("sys/fs/cgroup", "memory.max", "max\n", "memory.current", "0\n");
        assertNoLimit();
    }

    /** The limit is on a parent of the process's own group. */
    @Test
    void respectsARealGroup() throws IOException, InterruptedException {
        Path top = writableHierarchy();
        Path outer = top.resolve("facefuse-test-" + ProcessHandle.current().pid());
        Path inner = outer.resolve("inner");
        try {
            Files.createDirectory(outer);
            Path limit = outer.resolve("memory.max");
            Files.writeString(
                    Files.exists(limit) ? limit : outer.resolve("memory.limit_in_bytes"), PrintsMemory.LIMIT + "\n");
            Files.createDirectory(inner);
        } catch (IOException e) {
            Files.deleteIfExists(outer);
            abort("no control groups with a memory limit can be created here: " + e);
        }
        try {
            assertThat(ForkedJvm.running(PrintsMemory.class)
                            .startedBy("sh", "-c", "echo $$ > \"$0\"/cgroup.procs && exec \"$@\"", inner.toString())
                            .run())
                    .containsExactly("total " + PrintsMemory.LIMIT, "free true", "capped " + PrintsMemory.CAP);
        } finally {
            Files.delete(inner);
            Files.delete(outer);
        }
    }

    private static Path writableHierarchy() {
        for (String top : List.of("/sys/fs/cgroup/memory", "/sys/fs/cgroup")) {
            if (Files.isWritable(Path.of(top, "cgroup.procs"))) {
                return Path.of(top);
            }
        }
        return abort("no hierarchy of control groups is writable here");
    }

    /** Prints the memory of its process. */
    static final class PrintsMemory {

        static final long LIMIT = 320L << 20;
        static final long CAP = 200L << 20;

        public static void main(String[] arguments) {
            DeviceMemory memory = DeviceMemory.host(0);
            System.out.println("total " + memory.total());
            System.out.println("free " + (memory.free() > 0 && memory.free() <= LIMIT - memory.reserved() / 2));
            System.out.println("capped " + DeviceMemory.host(CAP).total());
        }
    }

    private void assertNoLimit() {
        assertThat(cgroup().limit()).isEqualTo(Cgroup.NONE);
        assertThat(cgroup().available()).isEqualTo(Cgroup.NONE);
    }

    private Cgroup cgroup() {
        return new Cgroup(process, root);
    }

    private void membership(String groups, String mounts) throws IOException {
        Files.writeString(process.resolve("cgroup"), groups);
        Files.writeString(process.resolve("mountinfo"), OTHER + mounts);
    }

    /** @param files file names, each followed by its contents */
    private void group(String directory, String... files) throws IOException {
        Path group = Files.createDirectories(root.resolve(directory));
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(group.resolve(files[i]), files[i + 1]);
        }
    }
}
