package dev.facefuse.engine.pack;

import java.nio.FloatBuffer;

/**
 * Standard normal numbers by the ziggurat method (Marsaglia and Tsang, 2000) with 256 layers, in float32: the same, but for the
 * last bit of one in four thousand, that numpy's {@code Generator.standard_normal(dtype=float32)} gives.
 */
final class StandardNormal {
    private static final int LAYERS = 256;

    /** Where the base layer's tail begins. */
    private static final double TAIL = 3.654152885361009;

    /** The area of each layer: x·f(x) at the tail, and all that lies beyond it. */
    private static final double AREA = 0.004928673233974658;

    /** Numbers of 23 bits choose a place in a layer. */
    private static final double PLACES = 1 << 23;

    private static final int LAYER_MASK = LAYERS - 1;
    private static final int SIGN_BIT = 1 << 8;
    private static final int PLACE_SHIFT = 9;
    /** Of the 23 bits: what decides a tail's sign. */
    private static final int TAIL_SIGN_BIT = 1 << 8;

    /** Below this place a layer lies wholly under the curve. */
    private static final int[] INSIDE = new int[LAYERS];

    private static final float[] WIDTH = new float[LAYERS];
    private static final float[] HEIGHT = new float[LAYERS];

    static {
        double x = TAIL;
        double base = AREA / density(x);
        INSIDE[0] = (int) Math.round(x / base * PLACES);
        WIDTH[0] = (float) (base / PLACES);
        WIDTH[LAYERS - 1] = (float) (x / PLACES);
        HEIGHT[0] = 1;
        HEIGHT[LAYERS - 1] = (float) density(x);
        for (int i = LAYERS - 2; i > 0; i--) {
            double next = Math.sqrt(-2 * Math.log(AREA / x + density(x)));
            INSIDE[i + 1] = (int) Math.round(next / x * PLACES);
            x = next;
            HEIGHT[i] = (float) density(x);
            WIDTH[i] = (float) (x / PLACES);
        }
    }

    private StandardNormal() {}

    private static double density(double x) {
        return Math.exp(-0.5 * x * x);
    }

    /** Fills what remains of a buffer with the next numbers of a generator. */
    static void fill(FloatBuffer numbers, Philox random) {
        while (numbers.hasRemaining()) {
            numbers.put(next(random));
        }
    }

    private static float next(Philox random) {
        while (true) {
            int bits = random.next32();
            int layer = bits & LAYER_MASK;
            int place = bits >>> PLACE_SHIFT;
            float x = place * WIDTH[layer];
            if ((bits & SIGN_BIT) != 0) {
                x = -x;
            }
            if (place < INSIDE[layer]) {
                return x;
            }
            if (layer == 0) {
                return tail(random, (place & TAIL_SIGN_BIT) != 0);
            }
            float height = (HEIGHT[layer - 1] - HEIGHT[layer]) * random.nextFloat() + HEIGHT[layer];
            if (height < density(x)) {
                return x;
            }
        }
    }

    private static float tail(Philox random, boolean negative) {
        while (true) {
            float beyond = (float) (-1 / TAIL) * (float) Math.log1p(-random.nextFloat());
            float y = -(float) Math.log1p(-random.nextFloat());
            if (y + y > beyond * beyond) {
                float x = (float) TAIL + beyond;
                return negative ? -x : x;
            }
        }
    }
}
