package dev.facefuse.nativelib;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The memory of the host, as limited by the machine, the control groups of this process, and the caller. */
final class HostMemory implements DeviceMemory {

    private static final long UNKNOWN = -1;
    private static final long KIBIBYTE = 1024;

    private final Cgroup cgroup;
    private final Path proc;
    private final long limitBytes;

    /** @param limitBytes the most memory this process may use; 0 for no limit */
    HostMemory(long limitBytes) {
        this(new Cgroup(), Path.of("/proc"), limitBytes);
    }

    HostMemory(Cgroup cgroup, Path proc, long limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("A limit of " + limitBytes + " bytes: give 0 for none");
        }
        this.cgroup = cgroup;
        this.proc = proc;
        this.limitBytes = limitBytes;
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public long total() {
        long physical = field(proc.resolve("meminfo"), "MemTotal");
        long total = Math.min(physical == UNKNOWN ? system().getTotalMemorySize() : physical, cgroup.limit());
        return limitBytes == 0 ? total : Math.min(total, limitBytes);
    }

    @Override
    public long free() {
        long available = field(proc.resolve("meminfo"), "MemAvailable");
        long free = Math.min(available == UNKNOWN ? system().getFreeMemorySize() : available, cgroup.available());
        return Math.max(0, Math.min(total() - reserved(), free));
    }

    @Override
    public long allocated() {
        return AllocationTracker.live(Device.CPU).bytes();
    }

    @Override
    public long reserved() {
        return ProcessNative.residentBytes();
    }

    @Override
    public long peak() {
        return ProcessNative.peakResidentBytes();
    }

    @Override
    public void resetPeak() {
        ProcessNative.resetPeak();
    }

    @Override
    public void emptyCache() {
        ProcessNative.trim();
    }

    @Override
    public void synchronize() {
        // Operations on the host have finished when their call returns.
    }

    @Override
    public Counters counters() {
        return new Counters(0, 0, UNKNOWN, UNKNOWN);
    }

    @Override
    public List<ProcessUse> processes() {
        List<ProcessUse> processes = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path directory : directories) {
                long resident = field(directory.resolve("status"), "VmRSS");
                if (resident != UNKNOWN) { // unknown: a kernel thread, or a process that has ended
                    processes.add(new ProcessUse(
                            Long.parseLong(directory.getFileName().toString()), name(directory), resident));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        processes.sort(Comparator.comparingLong(ProcessUse::bytes).reversed());
        return List.copyOf(processes);
    }

    private static String name(Path directory) {
        try {
            return Files.readString(directory.resolve("comm")).strip();
        } catch (IOException e) {
            return "?";
        }
    }

    /** Reads the value of a line {@code Name:   123 kB} of a file in /proc, in bytes. */
    private static long field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name + ":")) {
                    String kibibytes =
                            line.substring(name.length() + 1).replace("kB", "").strip();
                    return Long.parseLong(kibibytes) * KIBIBYTE;
                }
            }
        } catch (IOException e) {
            // A file that cannot be read is treated like one without the line.
        }
        return UNKNOWN;
    }

    /** The fallback for systems without /proc. */
    private static OperatingSystemMXBean system() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    }
}
