package dev.facefuse.engine.memory;

/**
 * One part of a network, whose weights were loaded to the host once and for good.
 *
 * @param <M> the part, ready to run somewhere
 */
public interface Weights<M> {

    /** The part on the host; not the caller's to drop. */
    M onHost();

    /**
     * A new copy on the device, the caller's to {@link #drop}.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory: then nothing stays on the device
     */
    M copyToDevice();

    /** Frees a copy on the device, at once. */
    void drop(M copy);

    /** The part on the host is not needed for the moment: memory that it can get back from somewhere may go. */
    void rest();
}
