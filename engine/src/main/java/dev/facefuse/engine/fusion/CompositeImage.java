package dev.facefuse.engine.fusion;

/** A picture with a layer over it; each pixel is computed when it is read. For one thread. */
final class CompositeImage implements PixelSource {
    private final PixelSource below;
    private final Layer layer;
    private final float[] above = new float[3];

    CompositeImage(PixelSource below, Layer layer) {
        this.below = below;
        this.layer = layer;
    }

    @Override
    public int width() {
        return below.width();
    }

    @Override
    public int height() {
        return below.height();
    }

    @Override
    public void read(int x, int y, float[] rgb) {
        below.read(x, y, rgb);
        float weight = layer.read(x, y, above);
        if (weight > 0) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] += weight * (above[channel] - rgb[channel]);
            }
        }
    }
}
