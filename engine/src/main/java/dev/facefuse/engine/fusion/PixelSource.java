package dev.facefuse.engine.fusion;

/** A picture whose pixels can be read one by one. */
interface PixelSource {
    /** Width, pixels. */
    int width();

    /** Height, pixels. */
    int height();

    /**
     * The colour of a pixel.
     *
     * @param x inside the picture
     * @param y inside the picture
     * @param rgb receives the colour, 0 … 255
     */
    void read(int x, int y, float[] rgb);

    /**
     * A crop for a network: bilinear, zeros outside the picture, −1 … 1.
     *
     * @param toCrop from the picture to the crop
     * @param edge of the crop, pixels
     * @return red, green, blue
     */
    default Planes crop(Similarity toCrop, int edge) {
        Similarity toPicture = toCrop.inverse();
        Planes crop = new Planes(3, edge);
        float[] pixel = new float[3];
        float[] sum = new float[3];
        for (int row = 0; row < edge; row++) {
            for (int column = 0; column < edge; column++) {
                sample(toPicture.x(column, row), toPicture.y(column, row), pixel, sum);
                for (int channel = 0; channel < 3; channel++) {
                    crop.data()[(channel * edge + row) * edge + column] = sum[channel] / 127.5f - 1;
                }
            }
        }
        return crop;
    }

    /** The interpolated colour between pixels; {@code pixel} is scratch memory. */
    private void sample(double x, double y, float[] pixel, float[] sum) {
        sum[0] = 0;
        sum[1] = 0;
        sum[2] = 0;
        if (!(x > -1 && y > -1 && x < width() && y < height())) {
            return;
        }
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        float right = (float) (x - left);
        float below = (float) (y - top);
        add(left, top, (1 - right) * (1 - below), pixel, sum);
        add(left + 1, top, right * (1 - below), pixel, sum);
        add(left, top + 1, (1 - right) * below, pixel, sum);
        add(left + 1, top + 1, right * below, pixel, sum);
    }

    private void add(int x, int y, float weight, float[] pixel, float[] sum) {
        if (weight > 0 && x >= 0 && y >= 0 && x < width() && y < height()) {
            read(x, y, pixel);
            sum[0] += weight * pixel[0];
            sum[1] += weight * pixel[1];
            sum[2] += weight * pixel[2];
        }
    }
}
