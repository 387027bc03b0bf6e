package dev.facefuse.engine;

import java.util.List;

/**
 * An engine and the machine it is on, looked at from all sides; the body of {@code doctor}. All sizes are bytes.
 *
 * @param engine versions, processor, pack
 * @param devices every CUDA device
 * @param vitals memory of the device in use and of the host, and what went wrong so far
 * @param allocator what the device's allocator has been through, and its settings
 * @param plan the one a fusion would run under that began now
 * @param planReason why that one
 * @param networks every part of every network
 * @param cards the plan on cards of other sizes, smallest first
 * @param problems what is wrong and what to do about it, a sentence or two each; empty if all is well
 */
public record Diagnosis(
        EngineInfo engine,
        List<Device> devices,
        Vitals vitals,
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
     * @param name {@code NVIDIA L4}; empty where the driver does not say
     * @param processes that hold memory of it, the largest first
     * @param remark why the driver does not say more; empty where it does
     */
    public record Device(
            String device, String name, long total, long free, List<ProcessUse> processes, String remark) {}

    /**
     * A process on a device.
     *
     * @param bytes −1 where the driver does not say
     */
    public record ProcessUse(long pid, String name, long bytes) {}

    /**
     * The allocator of the device in use.
     *
     * @param retries allocations that succeeded only after its cache was emptied
     * @param outOfMemory allocations that failed
     * @param largestFreeBlock reserved and free; −1 where unknown
     * @param fragmented reserved, in free parts of split blocks; −1 where unknown
     * @param conf settings in libtorch's words; empty is its default
     * @param source whose they are, {@code ours} or {@code user}
     * @param variable the environment variable that carries them
     * @param readBack whether the running allocator confirmed them
     * @param remark why not; empty where it did
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
     * @param batch the most inputs it runs on at once
     * @param weights of the loaded weights
     * @param activations beside them while it runs on {@code batch} inputs, as the pack says
     * @param half places that hold or compute in float16; see {@link dev.facefuse.nativelib.ScriptModel#halfPrecision()}
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

        /** Whether it holds float16 where it should not. */
        public boolean mixed() {
            return !half.isEmpty() && !dtype.equals("float16");
        }
    }

    /**
     * A card of some size with nobody else on it.
     *
     * @param need what the plan takes of it at most, beside CUDA's context and what is left alone
     * @param replicas processes with this plan that it has memory for, those two counted for each
     * @param why the plan is taken
     */
    public record Card(long bytes, String plan, long need, long replicas, String why) {}
}
