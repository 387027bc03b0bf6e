package dev.facefuse.engine.memory;

/**
 * The weights of one part of a network. The host always has them; copies on the device are made and freed as a plan needs them.
 *
 * @param <M> a part of a network that is ready to run
 */
public interface PartWeights<M> {

    /** The part on the host. The caller must not free it. */
    M onHost();

    /**
     * Copies the part to the device. The caller must {@link #free} the copy.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory; then nothing remains on the device
     */
    M copyToDevice();

    /** Frees a copy on the device immediately. */
    void free(M copy);

    /** Releases memory of the part on the host that can be reloaded from a file. Called when the part is not needed for a while. */
    void releasePages();
}
