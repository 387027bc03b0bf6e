package dev.facefuse.engine.pack;

import java.nio.FloatBuffer;

/**
 * Generates standard normal numbers in float32 by the ziggurat method (Marsaglia and Tsang, 2000) with 256 layers. They equal those of
 * numpy's {@code Generator.standard_normal(dtype=float32)}, except for the last bit of one number in four thousand.
 */
final class StandardNormal {
    private static final int LAYERS = 256;

    /** The x at which the tail of the base layer begins. */
    private static final double TAIL = 3.654152885361009;

    /** The area of each layer: x·f(x) at the tail plus the area of the tail. */
    private static final double AREA = 0.004928673233974658;

    /** A number of 23 bits chooses the x within a layer. */
    private static final double STEPS = 1 << 23;

    private static final int LAYER_MASK = LAYERS - 1;
    private static final int SIGN_BIT = 1 << 8;
    private static final int STEP_SHIFT = 9;
    /** The bit of the step that decides the sign of a number in the tail. */
    private static final int TAIL_SIGN_BIT = 1 << 8;

    /** Steps below this one are under the curve over the whole height of the layer. */
    private static final int[] INSIDE = new int[LAYERS];

    private static final float[] STEP_WIDTH = new float[LAYERS];
    private static final float[] HEIGHT = new float[LAYERS];

    static {
        double x = TAIL;
        double base = AREA / density(x);
        INSIDE[0] = (int) Math.round(x / base * STEPS);
        STEP_WIDTH[0] = (float) (base / STEPS);
        STEP_WIDTH[LAYERS - 1] = (float) (x / STEPS);
        HEIGHT[0] = 1;
        HEIGHT[LAYERS - 1] = (float) density(x);
        for (int i = LAYERS - 2; i > 0; i--) {
            double next = Math.sqrt(-2 * Math.log(AREA / x + density(x)));
            INSIDE[i + 1] = (int) Math.round(next / x * STEPS);
            x = next;
            HEIGHT[i] = (float) density(x);
            STEP_WIDTH[i] = (float) (x / STEPS);
        }
    }

    private StandardNormal() {}

    private static double density(double x) {
        return Math.exp(-0.5 * x * x);
    }

    /** Fills the rest of a buffer with the next numbers from a generator. */
    static void fill(FloatBuffer numbers, Philox random) {
        while (numbers.hasRemaining()) {
            numbers.put(next(random));
        }
    }

    private static float next(Philox random) {
        while (true) {
            int bits = random.next32();
            int layer = bits & LAYER_MASK;
            int step = bits >>> STEP_SHIFT;
            float x = step * STEP_WIDTH[layer];
            if ((bits & SIGN_BIT) != 0) {
                x = -x;
            }
            if (step < INSIDE[layer]) {
                return x;
            }
            if (layer == 0) {
                return tail(random, (step & TAIL_SIGN_BIT) != 0);
            }
            float height = (HEIGHT[layer - 1] - HEIGHT[layer]) * random.nextFloat() + HEIGHT[layer];
            if (height < density(x)) {
                return x;
            }
        }
    }

    private static float tail(Philox random, boolean negative) {
        while (true) {
            float distance = (float) (-1 / TAIL) * (float) Math.log1p(-random.nextFloat());
            float y = -(float) Math.log1p(-random.nextFloat());
            if (y + y > distance * distance) {
                float x = (float) TAIL + distance;
                return negative ? -x : x;
            }
        }
    }
}
