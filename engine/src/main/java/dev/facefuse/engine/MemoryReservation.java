package dev.facefuse.engine;

/** Host memory that a request may allocate until it closes the reservation; see {@link FuseEngine#reserve}. */
@FunctionalInterface
public interface MemoryReservation extends AutoCloseable {
    /** Ends the reservation; closing it again does nothing. */
    @Override
    void close();
}
