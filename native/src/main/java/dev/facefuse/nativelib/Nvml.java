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
 * Which processes hold memory of a CUDA device, from the driver's management library: what {@code nvidia-smi} shows. In a
 * container it may know processes by the host's numbers.
 */
public final class Nvml {

    private static final int FIRST_CAPACITY = 64;
    private static final int NAME_BYTES = 1024;
    private static final int CARD_NAME_BYTES = 96;
    private static final int PCI_ADDRESS_BYTES = 32;

    private Nvml() {}

    /** Why it cannot be asked, in a sentence; empty where it can. */
    public static String whySilent() {
        return Library.WHY_SILENT;
    }

    /** A card's name, {@code NVIDIA L4}; empty where it cannot be asked. */
    public static String cardName(int cudaDevice) {
        if (!whySilent().isEmpty()) {
            return "";
        }
        try (nvmlDevice_st device = new nvmlDevice_st()) {
            byte[] name = new byte[CARD_NAME_BYTES];
            return find(cudaDevice, device) && nvml.nvmlDeviceGetName(device, name, name.length) == NVML_SUCCESS
                    ? text(name)
                    : "";
        }
    }

    /** The largest first; empty where it cannot be asked. */
    static List<ProcessUse> processes(int cudaDevice) {
        if (!whySilent().isEmpty()) {
            return List.of();
        }
        try (nvmlDevice_st device = new nvmlDevice_st()) {
            if (!find(cudaDevice, device)) {
                return List.of();
            }
            Map<Integer, Long> bytes = new TreeMap<>();
            collect(nvml::nvmlDeviceGetComputeRunningProcesses_v3, device, bytes);
            collect(nvml::nvmlDeviceGetGraphicsRunningProcesses_v3, device, bytes);
            return bytes.entrySet().stream()
                    .map(use -> new ProcessUse(use.getKey(), name(use.getKey()), use.getValue()))
                    .sorted(Comparator.comparingLong(ProcessUse::bytes).reversed())
                    .toList();
        }
    }

    /** NVML counts all cards by their place on the bus, CUDA those it may see by speed: the place is common to both. */
    private static boolean find(int cudaDevice, nvmlDevice_st device) {
        try (BytePointer address = new BytePointer(PCI_ADDRESS_BYTES)) {
            return cudart.cudaDeviceGetPCIBusId(address, PCI_ADDRESS_BYTES, cudaDevice) == 0
                    && nvml.nvmlDeviceGetHandleByPciBusId_v2(address, device) == NVML_SUCCESS;
        }
    }

    private interface Query {
        int ask(nvmlDevice_st device, int[] count, nvmlProcessInfo_v2_t processes);
    }

    /** A process that computes and draws is in both of NVML's lists, each time with all of its memory. */
    private static void collect(Query query, nvmlDevice_st device, Map<Integer, Long> bytes) {
        int[] count = {FIRST_CAPACITY};
        int status = NVML_ERROR_INSUFFICIENT_SIZE;
        while (status == NVML_ERROR_INSUFFICIENT_SIZE) {
            int capacity = Math.max(FIRST_CAPACITY, 2 * count[0]);
            count[0] = capacity;
            try (nvmlProcessInfo_v2_t processes = new nvmlProcessInfo_v2_t(capacity)) {
                status = query.ask(device, count, processes);
                for (int i = 0; status == NVML_SUCCESS && i < count[0]; i++) {
                    nvmlProcessInfo_v2_t process = processes.getPointer(i);
                    bytes.merge(process.pid(), process.usedGpuMemory(), Math::max); // all ones where unknown: −1
                }
            }
        }
    }

    private static String name(int pid) {
        byte[] path = new byte[NAME_BYTES];
        if (nvml.nvmlSystemGetProcessName(pid, path, path.length) != NVML_SUCCESS) {
            return "?";
        }
        String command = text(path);
        String name = command.substring(command.lastIndexOf('/') + 1);
        return name.isEmpty() ? "?" : name;
    }

    /** A C string. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, Math.max(0, text.indexOf('\0')));
    }

    /** Opened when somebody first asks, and open until the process ends. */
    private static final class Library {

        static final String WHY_SILENT = open();

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
