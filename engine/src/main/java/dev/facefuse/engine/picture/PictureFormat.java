package dev.facefuse.engine.picture;

/** The picture formats that are read and written. */
public enum PictureFormat {
    JPEG("jpg", "image/jpeg"),
    PNG("png", "image/png"),
    WEBP("webp", "image/webp"),
    BMP("bmp", "image/bmp"),
    TIFF("tiff", "image/tiff");

    private final String extension;
    private final String mediaType;

    PictureFormat(String extension, String mediaType) {
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /** File name extension, without the dot; also the name in options and reports. */
    public String extension() {
        return extension;
    }

    public String mediaType() {
        return mediaType;
    }

    /** Whether the format can hold an alpha channel. */
    public boolean holdsAlpha() {
        return this == PNG || this == WEBP || this == TIFF;
    }
}
