package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of results: the report of a picture {@code fused/1.jpg} is {@code fused/1.json}. */
public final class ResultKeys {
    private static final String REPORT = ".json";
    private static final Pattern EXTENSION = Pattern.compile("[A-Za-z]{3,4}");

    private ResultKeys() {}

    /** The URI of the report of a picture. */
    public static String report(String picture) {
        return (format(picture) == null ? picture : picture.substring(0, picture.lastIndexOf('.'))) + REPORT;
    }

    /**
     * Whether a file of this name can be a result: it has a picture's extension, in upper or lower case, and does not begin with a dot.
     * This excludes programs and configuration files such as {@code .htaccess}.
     */
    public static boolean isPicture(String name) {
        return !name.startsWith(".") && format(name) != null && name.equals(name.strip());
    }

    /** The characters after the last dot; empty for a name without a dot. */
    static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1);
    }

    /** The format of a name's extension; null if it is not a picture's. */
    public static @Nullable PictureFormat format(String name) {
        String extension = extension(name);
        if (!EXTENSION.matcher(extension).matches()) {
            return null;
        }
        try {
            return FuseOptionCatalog.format(extension);
        } catch (FuseException e) {
            return null;
        }
    }
}
