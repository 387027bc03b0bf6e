package dev.facefuse.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program, as its build wrote it down. */
public final class Version {
    private static final String CURRENT = read();

    private Version() {}

    /** The version of this program, such as {@code 0.1.0}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The build's version.properties cannot be read.", e);
        }
        return properties.getProperty("version", "unknown");
    }
}
