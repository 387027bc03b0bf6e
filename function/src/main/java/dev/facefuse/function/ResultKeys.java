package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How results are named: a picture {@code fused/1.jpg} has its report beside it, {@code fused/1.json}. */
public final class ResultKeys {
    private static final String REPORT = ".json";
    private static final Pattern EXTENSION = Pattern.compile("[A-Za-z]{3,4}");

    private ResultKeys() {}

    /** The report's place beside a picture's. */
    public static String report(String picture) {
        return (format(picture) == null ? picture : picture.substring(0, picture.lastIndexOf('.'))) + REPORT;
    }

    /**
     * Whether a file of this name can be a result: a picture's extension, in any case, behind at least one character, and no dot in
     * front. Programs and configuration (a script, {@code .htaccess}) have other names.
     */
    public static boolean isPicture(String name) {
        return !name.startsWith(".") && format(name) != null && name.equals(name.strip());
    }

    /** The characters after the last dot, as they are written; empty for a name without a dot. */
    static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1);
    }

    /** The format that a name's extension stands for; null if it stands for none. */
    public static @Nullable PictureFormat format(String name) {
        String extension = extension(name);
        if (!EXTENSION.matcher(extension).matches()) {
            return null;
        }
        try {
            return FuseOptionsInput.format(extension);
        } catch (FuseException e) {
            return null;
        }
    }
}
