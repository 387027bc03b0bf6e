package dev.facefuse.engine.step;

import dev.facefuse.engine.picture.PictureMemory;
import java.util.function.ToLongFunction;

/**
 * Sizes that determine the memory cost of steps. They are known before a pixel is decoded.
 *
 * @param networkBytes the host memory that the network of a role takes while it runs; 0 if it runs on another device
 */
public record Sizes(PictureMemory template, PictureMemory user, ToLongFunction<String> networkBytes) {
    PictureMemory of(Side side) {
        return side == Side.TEMPLATE ? template : user;
    }
}
