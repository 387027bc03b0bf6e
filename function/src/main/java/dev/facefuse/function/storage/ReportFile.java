package dev.facefuse.function.storage;

import dev.facefuse.function.ResultMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A report on disk: its own text says what stores keep beside an object. */
final class ReportFile {
    private static final int LONGEST_BYTES = 1 << 20;

    private ReportFile() {}

    /** The metadata of a report; none for any other file. */
    static Map<String, String> metadata(Path file) throws IOException {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(LONGEST_BYTES + 1);
        }
        if (text.length > LONGEST_BYTES) {
            return Map.of();
        }
        try {
            JsonNode report = JsonMapper.shared().readTree(text);
            return ResultMetadata.ofStoredReport(report.path("facefuse"), report.path(ResultMetadata.PICTURE_MEMBER));
        } catch (JacksonException e) {
            return Map.of();
        }
    }
}
