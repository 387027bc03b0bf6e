package dev.facefuse.engine;

import java.util.List;

/**
 * Diagnostics of an engine and its machine, as {@code doctor} prints them. All sizes are bytes.
 *
 * @param engine versions, processor, pack
 * @param devices every CUDA device
 * @param vitals memory of the device in use and of the host, and errors so far
 * @param allocator counts and settings of the device's allocator
 * @param plan the plan of a fusion that began now
 * @param planReason the reason for this plan
 * @param networks every part of every network
 * @param cards the plans on cards of other sizes, smallest first
 * @param problems problems and their remedies, a sentence or two each; empty if there are none
 */
public record Diagnostics(
        EngineInfo engine,
        List<Device> devices,
        EngineMetrics vitals,
        Allocator allocator,
        String plan,
        String planReason,
        List<Network> networks,
        List<Card> cards,
        List<String> problems) {

    /**
     * A CUDA device.
     *
     * @param device {@code cuda:0}
     * @param name {@code NVIDIA L4}; empty if the driver does not report it
     * @param processes that hold memory of the device, the largest first
     * @param remark why the driver reports no more; empty if it reports everything
     */
    public record Device(
            String device, String name, long total, long free, List<ProcessUse> processes, String remark) {}

    /**
     * A process on a device.
     *
     * @param bytes −1 if the driver does not report them
     */
    public record ProcessUse(long pid, String name, long bytes) {}

    /**
     * The allocator of the device in use.
     *
     * @param retries allocations that succeeded only after its cache was emptied
     * @param outOfMemory allocations that failed
     * @param largestFreeBlock largest block that is reserved and free; −1 if unknown
     * @param fragmented reserved bytes in free parts of split blocks; −1 if unknown
     * @param conf settings in libtorch's notation; empty for its defaults
     * @param source origin of the settings, {@code ours} or {@code user}
     * @param variable environment variable that holds the settings
     * @param readBack whether the running allocator confirmed the settings
     * @param remark why it did not; empty if it did
     */
    public record Allocator(
            long retries,
            long outOfMemory,
            long largestFreeBlock,
            long fragmented,
            String conf,
            String source,
            String variable,
            boolean readBack,
            String remark) {}

    /**
     * A part of a network.
     *
     * @param storedDtype of the weights in the file
     * @param dtype of the weights in memory
     * @param batch largest number of inputs that it runs on at once
     * @param weights bytes of the loaded weights
     * @param activations bytes beside the weights while it runs on {@code batch} inputs, from the pack's manifest
     * @param half parts that are stored or computed in float16; see {@link dev.facefuse.nativelib.ScriptModel#halfPrecision()}
     */
    public record Network(
            String role,
            String part,
            String file,
            String storedDtype,
            String dtype,
            int batch,
            long weights,
            long activations,
            List<String> half) {

        /** Whether it has float16 parts although it runs in another type. */
        public boolean mixed() {
            return !half.isEmpty() && !dtype.equals("float16");
        }
    }

    /**
     * A card of some size that no other process uses.
     *
     * @param need largest use of the plan, without CUDA's context and the reserve
     * @param replicas processes with this plan that fit on the card, each with its own context and reserve
     * @param why the reason for the plan
     */
    public record Card(long bytes, String plan, long need, long replicas, String why) {}
}
