package dev.facefuse.function.application;

import dev.facefuse.function.application.AppliesTo.Command;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes {@code docs/configuration.md} from the metadata that Spring Boot's annotation processor writes. */
public final class SettingDocument {
    private static final String INTRODUCTION = """
            # Configuration

            `serve`, `work` and the functions on AWS Lambda read these settings at their start, as environment variables, system
            properties (`-Dfacefuse.device=cpu`) or from an `application.properties` in the working directory. `fuse`, `demo`, `doctor` and
            `bench` read none of them; where they have a command line option for the same, the last column names it.

            - In the name of an environment variable, dots become underscores and hyphens are left out.
            - The values of a list are separated by commas.
            - A duration is written like `500ms`, `5s`, `2m` or `1h`; a size like `700MB`, where 1 MB is 2²⁰ bytes.
            - A name that begins with `FACEFUSE_` or `facefuse.` and is no setting stops the start, so that a misspelt setting is never
              ignored.

            This file is generated from the comments in `FacefuseProperties` and the records that it names. `GeneratedFilesTest` updates it
            with `-Dupdate`.
            """;

    private static final String OTHERS = """

            ## Other environment variables

            | variable | meaning | applies to |
            | --- | --- | --- |
            | `FACEFUSE_NATIVE_CACHE` | folder for the extracted native libraries; it must be writable, on a file system that allows \
            code. The default is `~/.javacpp/cache`, or a folder below `/tmp` | all |
            | `FACEFUSE_DEBUG` | if it is set, errors are printed with their stack trace, as with `--verbose` | fuse, serve, work |
            | `FACEFUSE_DEBUG_OWNERSHIP` | `true` logs where native objects that nobody closed were made | all |
            | `PORT` | port to listen on (`--port`), 8080 by default | serve, work |
            | `PYTORCH_ALLOC_CONF` | settings of libtorch's CUDA allocator, which take precedence over `facefuse.memory.allocator` | all |
            | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and so on | credentials for S3; the AWS SDK finds them | all |
            | `SPRING_RABBITMQ_ADDRESSES` and Spring Boot's other `SPRING_RABBITMQ_…` | the broker, `localhost:5672` by default | work, serve \
            with `facefuse.events.relay` |
            | `SPRING_CLOUD_FUNCTION_DEFINITION` | the function that AWS Lambda calls: `lambdaHttp` or `lambdaEvents` | lambda |
            | `OTEL_…` | OpenTelemetry's settings for `facefuse.tracing` | serve, work, lambda |
            | `LOGGING_STRUCTURED_FORMAT_CONSOLE` | `logstash`, `ecs` or `gelf` writes the log as JSON | serve, work |
            """;

    private static final String HEAD = """

            ## %s

            | property | environment variable | type | default | meaning | applies to |
            | --- | --- | --- | --- | --- | --- |
            """;

    private static final Map<String, String> TYPES = Map.of(
            "java.lang.String", "text",
            "java.lang.Integer", "whole number",
            "java.lang.Long", "whole number",
            "java.lang.Double", "number",
            "java.lang.Boolean", "`true` or `false`",
            "java.time.Duration", "duration",
            "org.springframework.util.unit.DataSize", "size",
            "java.net.URI", "URI",
            "java.util.List<java.lang.String>", "list");

    private final Map<String, JsonNode> metadata;
    private final StringBuilder text = new StringBuilder(INTRODUCTION);

    private SettingDocument(Map<String, JsonNode> metadata) {
        this.metadata = metadata;
    }

    /** The document. */
    public static String markdown() throws IOException {
        SettingDocument document = new SettingDocument(metadata());
        document.add(FacefuseProperties.PREFIX, FacefuseProperties.class);
        return document.text + OTHERS;
    }

    /** The properties of the metadata by their names. */
    static Map<String, JsonNode> metadata() throws IOException {
        Map<String, JsonNode> properties = new TreeMap<>();
        JsonMapper.shared()
                .readTree(Files.readString(classes().resolve("META-INF/spring-configuration-metadata.json")))
                .get("properties")
                .forEach(property -> properties.put(property.get("name").asString(), property));
        return properties;
    }

    private static Path classes() {
        try {
            return Path.of(FacefuseProperties.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds a group's table, then the tables of the groups in it. */
    private void add(String group, Class<?> type) {
        text.append(HEAD.formatted(group));
        for (RecordComponent component : type.getRecordComponents()) {
            if (!component.getType().isRecord()) {
                text.append(row(name(group, component), component));
            }
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                add(name(group, component), component.getType());
            }
        }
    }

    private static String name(String group, RecordComponent component) {
        return group + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private String row(String name, RecordComponent component) {
        JsonNode property = metadata.get(name);
        if (property == null) {
            throw new IllegalStateException("The metadata have no " + name);
        }
        return "| `" + name + "` | `" + SettingNames.variable(name) + "` | "
                + type(property.get("type").asString()) + " | " + defaultValue(property) + " | "
                + meaning(property) + " | " + appliesTo(component) + " |\n";
    }

    private static String type(String type) {
        String known = TYPES.get(type);
        if (known != null) {
            return known;
        }
        try {
            return Arrays.stream(Class.forName(type).getEnumConstants())
                    .map(value ->
                            "`" + value.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                    .collect(Collectors.joining(", "));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("No word for the type " + type, e);
        }
    }

    private static String defaultValue(JsonNode property) {
        JsonNode value = property.get("defaultValue");
        return value == null || value.isArray() || value.asString().isEmpty() ? "none" : "`" + value.asString() + "`";
    }

    private static String meaning(JsonNode property) {
        return property.get("description")
                .asString()
                .replaceAll("\\s+", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replace("|", "\\|");
    }

    private static String appliesTo(RecordComponent component) {
        AppliesTo own = component.getAnnotation(AppliesTo.class);
        AppliesTo groups = component.getDeclaringRecord().getAnnotation(AppliesTo.class);
        Command[] commands = own != null ? own.value() : groups != null ? groups.value() : Command.values();
        String names = Arrays.stream(commands)
                .map(command -> command.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return own == null || own.fuseOption().isEmpty() ? names : "fuse (`" + own.fuseOption() + "`), " + names;
    }
}
