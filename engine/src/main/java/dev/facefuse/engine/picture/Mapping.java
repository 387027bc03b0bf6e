package dev.facefuse.engine.picture;

/**
 * From a working picture's coordinates to those of the picture it was made from, and back. Pixel (0, 0) has its centre at
 * (0, 0), so that an edge of {@code n} pixels spans −½ … n − ½, and {@code picture = (working + ½) / scale − ½}.
 *
 * @param scaleX working pixels per picture pixel
 * @param scaleY working pixels per picture pixel
 * @param contentWidth width of the working picture without padding, pixels
 * @param contentHeight height of the working picture without padding, pixels
 */
public record Mapping(double scaleX, double scaleY, int contentWidth, int contentHeight) {
    public Mapping {
        if (!(scaleX > 0 && scaleY > 0 && contentWidth > 0 && contentHeight > 0)) {
            throw new IllegalArgumentException("Scales and sizes are positive");
        }
    }

    /** For a picture that was not scaled. */
    static Mapping identity(Picture picture) {
        return new Mapping(1, 1, picture.width(), picture.height());
    }

    /** For a picture that was scaled, edge for edge. */
    static Mapping between(Picture picture, int contentWidth, int contentHeight) {
        return new Mapping(
                (double) contentWidth / picture.width(),
                (double) contentHeight / picture.height(),
                contentWidth,
                contentHeight);
    }

    public double toPictureX(double workingX) {
        return (workingX + 0.5) / scaleX - 0.5;
    }

    public double toPictureY(double workingY) {
        return (workingY + 0.5) / scaleY - 0.5;
    }

    public double toWorkingX(double pictureX) {
        return (pictureX + 0.5) * scaleX - 0.5;
    }

    public double toWorkingY(double pictureY) {
        return (pictureY + 0.5) * scaleY - 0.5;
    }
}
