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

/** Reads the metadata of a report on disk from its text. Object stores keep such metadata beside an object. */
final class ReportFile {
    private static final int LONGEST_BYTES = 1 << 20;

    private ReportFile() {}

    /** The metadata of a report; empty for any other file. */
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
