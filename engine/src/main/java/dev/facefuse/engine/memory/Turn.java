package dev.facefuse.engine.memory;

import java.util.function.Function;

/**
 * A network's turn: its parts, one after the other, each where the plan has it. Belongs to one thread. Closing it frees what it
 * brought to the device.
 *
 * @param <M> a part of a network, ready to run
 */
public interface Turn<M> extends AutoCloseable {

    /** Whether the parts run on the device: then what they run on has to be there. */
    boolean onDevice();

    /**
     * Does something with a part while it is where it has to be; the part is not kept.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory, if the part has to be brought there and does not fit
     */
    <R> R part(int index, Function<M, R> use);

    @Override
    void close();
}
