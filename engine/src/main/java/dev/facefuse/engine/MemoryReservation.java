package dev.facefuse.engine;

/** Memory of the host that a request may allocate until it closes this; see {@link FuseEngine#reserve}. */
@FunctionalInterface
public interface MemoryReservation extends AutoCloseable {
    /** Ends the reservation; closing it again does nothing. */
    @Override
    void close();
}
