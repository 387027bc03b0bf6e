package dev.facefuse.engine.picture;

/** The picture formats that are read and written. */
public enum PictureFormat {
    JPEG("JPEG", "jpg", "image/jpeg"),
    PNG("PNG", "png", "image/png"),
    WEBP("WebP", "webp", "image/webp"),
    BMP("BMP", "bmp", "image/bmp"),
    TIFF("TIFF", "tiff", "image/tiff");

    private final String title;
    private final String extension;
    private final String mediaType;

    PictureFormat(String title, String extension, String mediaType) {
        this.title = title;
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /** As people write it, {@code WebP}. */
    public String title() {
        return title;
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
