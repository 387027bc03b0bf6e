package dev.facefuse.engine.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Shrinks the Java heap, whose garbage is a part of the process's resident memory. */
final class JavaHeap {
    private static final String MIN_FREE_RATIO = "MinHeapFreeRatio";
    private static final String MAX_FREE_RATIO = "MaxHeapFreeRatio";

    private JavaHeap() {}

    /**
     * Collects all garbage and returns the free heap memory to the kernel. A collection alone would leave the heap about three times as
     * large as its live objects ({@code MaxHeapFreeRatio} is 70). The JVM allows changing this option at run time.
     */
    static synchronized void
            shrink() { // Synchronized because a second thread would read the temporary options as the original ones.
        @Nullable HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (vm == null) {
            System.gc();
            return;
        }
        String min = vm.getVMOption(MIN_FREE_RATIO).getValue();
        String max = vm.getVMOption(MAX_FREE_RATIO).getValue();
        vm.setVMOption(MIN_FREE_RATIO, "0");
        vm.setVMOption(MAX_FREE_RATIO, "0");
        try {
            System.gc();
        } finally {
            vm.setVMOption(MAX_FREE_RATIO, max);
            vm.setVMOption(MIN_FREE_RATIO, min);
        }
    }
}
