package dev.facefuse.nativelib;

import static org.bytedeco.cuda.global.nvml.NVML_ERROR_INSUFFICIENT_SIZE;
import static org.bytedeco.cuda.global.nvml.NVML_SUCCESS;

import dev.facefuse.nativelib.DeviceMemory.ProcessUse;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.nvml;
import org.bytedeco.cuda.nvml.nvmlDevice_st;
import org.bytedeco.cuda.nvml.nvmlProcessInfo_v2_t;
import org.bytedeco.javacpp.BytePointer;

/**
 * Queries the driver's management library (NVML) for what {@code nvidia-smi} shows: the name of a CUDA device, and the processes
 * that hold memory of it. In a container NVML may return process IDs of the host.
 */
public final class Nvml {

    private static final int INITIAL_CAPACITY = 64;
    private static final int PROCESS_NAME_BYTES = 1024;
    private static final int DEVICE_NAME_BYTES = 96;
    private static final int PCI_ADDRESS_BYTES = 32;

    private Nvml() {}

    /** The reason why NVML is unavailable, as a sentence; empty if it is available. */
    public static String whySilent() {
        return Library.UNAVAILABLE_REASON;
    }

    /** The name of a CUDA device, such as {@code NVIDIA L4}; empty if NVML is unavailable. */
    public static String cardName(int cudaDevice) {
        if (!whySilent().isEmpty()) {
            return "";
        }
        try (nvmlDevice_st device = new nvmlDevice_st()) {
            byte[] name = new byte[DEVICE_NAME_BYTES];
            return find(cudaDevice, device) && nvml.nvmlDeviceGetName(device, name, name.length) == NVML_SUCCESS
                    ? text(name)
                    : "";
        }
    }

    /** The processes that hold memory of a CUDA device, the largest first; empty if NVML is unavailable. */
    static List<ProcessUse> processes(int cudaDevice) {
        if (!whySilent().isEmpty()) {
            return List.of();
        }
        try (nvmlDevice_st device = new nvmlDevice_st()) {
            if (!find(cudaDevice, device)) {
                return List.of();
            }
            Map<Integer, Long> bytes = new TreeMap<>();
            addProcesses(nvml::nvmlDeviceGetComputeRunningProcesses_v3, device, bytes);
            addProcesses(nvml::nvmlDeviceGetGraphicsRunningProcesses_v3, device, bytes);
            return bytes.entrySet().stream()
                    .map(use -> new ProcessUse(use.getKey(), name(use.getKey()), use.getValue()))
                    .sorted(Comparator.comparingLong(ProcessUse::bytes).reversed())
                    .toList();
        }
    }

    /**
     * Finds NVML's handle of a CUDA device by its PCI address. The numbers differ: NVML orders all devices by PCI address, CUDA orders
     * the visible ones by speed.
     */
    private static boolean find(int cudaDevice, nvmlDevice_st device) {
        try (BytePointer address = new BytePointer(PCI_ADDRESS_BYTES)) {
            return cudart.cudaDeviceGetPCIBusId(address, PCI_ADDRESS_BYTES, cudaDevice) == 0
                    && nvml.nvmlDeviceGetHandleByPciBusId_v2(address, device) == NVML_SUCCESS;
        }
    }

    private interface Query {
        int run(nvmlDevice_st device, int[] count, nvmlProcessInfo_v2_t processes);
    }

    /** A process that computes and renders is in both of NVML's lists, each time with all of its memory. */
    private static void addProcesses(Query query, nvmlDevice_st device, Map<Integer, Long> bytes) {
        int[] count = {INITIAL_CAPACITY};
        int status = NVML_ERROR_INSUFFICIENT_SIZE;
        while (status == NVML_ERROR_INSUFFICIENT_SIZE) {
            int capacity = Math.max(INITIAL_CAPACITY, 2 * count[0]);
            count[0] = capacity;
            try (nvmlProcessInfo_v2_t processes = new nvmlProcessInfo_v2_t(capacity)) {
                status = query.run(device, count, processes);
                for (int i = 0; status == NVML_SUCCESS && i < count[0]; i++) {
                    nvmlProcessInfo_v2_t process = processes.getPointer(i);
                    bytes.merge(process.pid(), process.usedGpuMemory(), Math::max); // −1 (all bits set) if unknown
                }
            }
        }
    }

    private static String name(int pid) {
        byte[] path = new byte[PROCESS_NAME_BYTES];
        if (nvml.nvmlSystemGetProcessName(pid, path, path.length) != NVML_SUCCESS) {
            return "?";
        }
        String command = text(path);
        String name = command.substring(command.lastIndexOf('/') + 1);
        return name.isEmpty() ? "?" : name;
    }

    /** Decodes a C string. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, Math.max(0, text.indexOf('\0')));
    }

    /** Loads and initialises NVML on first use, until the process ends. */
    private static final class Library {

        static final String UNAVAILABLE_REASON = open();

        private static String open() {
            try {
                int status = nvml.nvmlInit_v2();
                return status == NVML_SUCCESS
                        ? ""
                        : "NVML does not start: " + nvml.nvmlErrorString(status).getString();
            } catch (LinkageError | RuntimeException e) {
                return "NVML cannot be loaded: " + NativeException.reasonIn(String.valueOf(e.getMessage()));
            }
        }
    }
}
