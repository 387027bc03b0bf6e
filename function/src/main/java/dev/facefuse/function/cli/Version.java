package dev.facefuse.function.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** {@code facefuse 0.1.0}, from a resource that the build fills in. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/dev/facefuse/function/build.properties")) {
            build.load(in);
        }
        return new String[] {"facefuse " + build.getProperty("version")};
    }
}
