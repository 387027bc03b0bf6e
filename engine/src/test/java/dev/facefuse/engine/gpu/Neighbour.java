package dev.facefuse.engine.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.facefuse.nativelib.Device;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.StringJoiner;

/** A {@link NeighbourMain} under way. Each of the two waits for what the other says, and for nothing else. */
final class Neighbour implements AutoCloseable {
    private static final String FREE = "free ";

    private final Process process;
    private final BufferedReader said;
    private final BufferedWriter tell;
    private long free;

    private Neighbour(Process process) {
        this.process = process;
        this.said = process.inputReader(UTF_8);
        this.tell = process.outputWriter(UTF_8);
    }

    /** Starts it; there when this returns. */
    static Neighbour on(Device device) throws IOException {
        Neighbour neighbour = new Neighbour(
                OtherJvm.running(NeighbourMain.class, device.toString()).start());
        try {
            neighbour.free = neighbour.listen();
            return neighbour;
        } catch (RuntimeException e) {
            neighbour.process.destroyForcibly();
            throw e;
        }
    }

    /** Free memory of the device when it last looked, in bytes. */
    long free() {
        return free;
    }

    /** Has it take memory until no more than this is free, or hardly; what is free then. */
    long leave(long bytes) {
        try {
            tell.write(bytes + "\n");
            tell.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The neighbour hears no more", e);
        }
        free = listen();
        return free;
    }

    private long listen() {
        StringJoiner other = new StringJoiner("\n");
        try {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith(FREE)) {
                    return Long.parseLong(line.substring(FREE.length()));
                }
                other.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("The neighbour is gone; it said: " + other);
    }

    /** Ends it; what it held is free when this returns. */
    @Override
    public void close() throws IOException {
        tell.close();
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("The neighbour ended with status " + status);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
