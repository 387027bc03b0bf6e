package dev.facefuse.engine.memory;

import java.util.function.Function;

/**
 * The right to run one network once. Its parts run one after the other, each on the device that the plan chose. Must be used by one
 * thread. Closing it frees the weights that it copied to the device.
 *
 * @param <M> a part of a network that is ready to run
 */
public interface NetworkLease<M> extends AutoCloseable {

    /** Whether the parts run on the device, which then must hold their inputs too. */
    boolean onDevice();

    /**
     * Applies a function to a part while its weights are on the right device. The function must not keep the part.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory, if the weights must be copied to the device and do not fit
     */
    <R> R withPart(int index, Function<M, R> use);

    @Override
    void close();
}
