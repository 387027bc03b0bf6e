package dev.facefuse.engine.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** The Java heap as a part of the process: its garbage is resident memory as anything else. */
final class JavaHeap {
    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";

    private JavaHeap() {}

    /**
     * Collects all garbage and gives the kernel back what it took. A collection alone leaves the heap three times as large as what
     * lives on it ({@code MaxHeapFreeRatio} is 70); the JVM lets that be changed while it runs.
     */
    static synchronized void giveBack() { // Two at a time would take each other's options for the JVM's own.
        @Nullable HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (vm == null) {
            System.gc();
            return;
        }
        String least = vm.getVMOption(LEAST_FREE).getValue();
        String most = vm.getVMOption(MOST_FREE).getValue();
        vm.setVMOption(LEAST_FREE, "0");
        vm.setVMOption(MOST_FREE, "0");
        try {
            System.gc();
        } finally {
            vm.setVMOption(MOST_FREE, most);
            vm.setVMOption(LEAST_FREE, least);
        }
    }
}
