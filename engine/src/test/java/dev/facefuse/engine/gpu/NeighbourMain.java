package dev.facefuse.engine.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/**
 * Another process on the device, that takes memory and keeps it until its input ends. Says {@code free N} when it is there; to
 * every number it reads it takes until no more than that many bytes (and less than {@link #FINE_BYTES} beside) are free, and
 * says {@code free N} again.
 */
final class NeighbourMain {
    static final int FINE_BYTES = 16 << 20;
    private static final int COARSE_BYTES = 128 << 20;

    /** On the host this process alone counts, as if the machine had no more than this. */
    private static final long HOST_BYTES = 1L << 30;

    private NeighbourMain() {}

    /** Takes the device's name. */
    public static void main(String[] arguments) throws IOException {
        Device device = Device.parse(arguments[0]);
        DeviceMemory memory = device.isCuda() ? DeviceMemory.of(device) : DeviceMemory.host(HOST_BYTES);
        try (TensorScope scope = TensorScope.open();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            Tensor coarse = halfOf(COARSE_BYTES, scope, device);
            Tensor fine = halfOf(FINE_BYTES, scope, device);
            say(memory);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                long leave = Long.parseLong(line);
                take(coarse, COARSE_BYTES, leave, scope, memory);
                take(fine, FINE_BYTES, leave, scope, memory);
                say(memory);
            }
        }
    }

    /** A tensor on the device that takes so many bytes once more when it is copied as float64. */
    private static Tensor halfOf(int bytes, TensorScope scope, Device device) {
        int elements = bytes / Double.BYTES;
        return scope.to(scope.floats(new float[elements], elements), device, Dtype.FLOAT32);
    }

    private static void take(Tensor half, int bytes, long leave, TensorScope scope, DeviceMemory memory) {
        while (memory.free() - bytes >= leave) {
            scope.to(half, half.device(), Dtype.FLOAT64);
        }
        memory.synchronize();
    }

    @SuppressWarnings("SystemOut") // Another process reads the output.
    private static void say(DeviceMemory memory) {
        System.out.println("free " + memory.free());
    }
}
