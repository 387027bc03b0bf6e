package dev.facefuse.function.application;

import static dev.facefuse.function.application.FacefuseProperties.require;

import dev.facefuse.engine.picture.PictureLimits;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code facefuse.limits.*}: limits of input pictures, checked in the header before a pixel is decoded.
 *
 * @param bytes largest encoded size, 1KB to 512MB
 * @param pixels largest width times height
 * @param edge largest width or height in pixels
 */
public record LimitsProperties(
        @DefaultValue("32MB") DataSize bytes,
        @DefaultValue("64000000") long pixels,
        @DefaultValue("16384") int edge) {

    public LimitsProperties {
        require(
                bytes.toBytes() >= 1024 && bytes.toMegabytes() <= 512,
                "facefuse.limits.bytes is " + bytes + "; it must be between 1KB and 512MB.");
        require(pixels >= 1, "facefuse.limits.pixels is " + pixels + "; it must be at least 1.");
        require(edge >= 1, "facefuse.limits.edge is " + edge + "; it must be at least 1.");
    }

    PictureLimits settings() {
        return new PictureLimits(bytes.toBytes(), pixels, edge);
    }
}
