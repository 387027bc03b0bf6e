package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import org.jspecify.annotations.Nullable;

/** How results are named: a picture {@code fused/1.jpg} has its report beside it, {@code fused/1.json}. */
public final class ResultKeys {
    private static final String REPORT = ".json";

    private ResultKeys() {}

    /** The report's place beside a picture's. */
    public static String report(String picture) {
        return (format(picture) == null ? picture : picture.substring(0, picture.lastIndexOf('.'))) + REPORT;
    }

    /** The format that a name's extension stands for; null if it stands for none. */
    public static @Nullable PictureFormat format(String name) {
        int dot = name.lastIndexOf('.');
        if (dot <= name.lastIndexOf('/')) {
            return null;
        }
        try {
            return FuseOptionsInput.format(name.substring(dot + 1));
        } catch (FuseException e) {
            return null;
        }
    }
}
