package dev.facefuse.function.application;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The names of all settings. An unknown name with the project's prefix stops the start, because ignoring a misspelt setting
 * would silently leave a server open or a limit off.
 */
public final class SettingNames {
    private static final String VARIABLE_PREFIX = "FACEFUSE_";
    private static final int MOST_NAMED = 3;

    /** Environment variables that other parts of the program than Spring read. */
    static final Set<String> VARIABLES = Set.of("FACEFUSE_DEBUG", "FACEFUSE_DEBUG_OWNERSHIP", "FACEFUSE_NATIVE_CACHE");

    /** System properties that other parts of the program than Spring read. */
    private static final Set<String> SYSTEM_PROPERTIES = Set.of("facefuse.natives", "facefuse.debug.ownership");

    /** The prefix of the variables of this project's benchmarks, which start servers with their own environment. */
    private static final String BENCH = "FACEFUSE_BENCH_";

    /**
     * Variables that Kubernetes ("Discovering services") and Docker's links set in every container for a service whose name
     * begins with facefuse. Their port is a URL, which distinguishes it from a misspelt {@code PORT}.
     */
    private static final Pattern SERVICE = Pattern.compile("FACEFUSE_(?:\\w+_)?"
            + "(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)");

    private static final Pattern SERVICE_PORT = Pattern.compile("FACEFUSE_(?:\\w+_)?PORT");
    private static final Pattern SERVICE_URL = Pattern.compile("(?:tcp|udp|sctp)://.*");

    private static final Pattern INDEX = Pattern.compile("_\\d+_?$");

    /** Names of settings; true for lists, whose elements have an index after the name. */
    static final Map<String, Boolean> KNOWN = names(FacefuseProperties.PREFIX, FacefuseProperties.class);

    private SettingNames() {}

    /**
     * Refuses unknown names from the environment, the command line, configuration files and system properties.
     *
     * @throws FuseException {@code bad-request} that names them, each with the most similar setting, without values
     */
    public static void check(ConfigurableEnvironment environment) {
        Set<String> unknown = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    if (isUnknown(name, enumerable)) {
                        unknown.add(name);
                    }
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new FuseException(ErrorCode.BAD_REQUEST, sentence(unknown));
        }
    }

    private static boolean isUnknown(String name, EnumerablePropertySource<?> source) {
        if (name.toUpperCase(Locale.ROOT).startsWith(VARIABLE_PREFIX)
                && name.indexOf('.') < 0
                && source.getName().endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
            return !isVariable(name.toUpperCase(Locale.ROOT), String.valueOf(source.getProperty(name)));
        }
        ConfigurationPropertyName adapted = ConfigurationPropertyName.adapt(name, '.');
        if (adapted.isEmpty()
                || !adapted.getElement(0, ConfigurationPropertyName.Form.UNIFORM)
                        .equals(FacefuseProperties.PREFIX)) {
            return false;
        }
        boolean system = source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        return !(system && SYSTEM_PROPERTIES.contains(name)) && !isSetting(adapted);
    }

    /** Whether a property is a setting, or an element of a list. */
    private static boolean isSetting(ConfigurationPropertyName name) {
        boolean indexed = name.isLastElementIndexed();
        ConfigurationPropertyName whole = indexed ? name.getParent() : name;
        return KNOWN.entrySet().stream()
                .filter(known -> known.getValue() || !indexed)
                .anyMatch(known -> whole.equals(ConfigurationPropertyName.of(known.getKey())));
    }

    private static boolean isVariable(String name, String value) {
        return VARIABLES.contains(name)
                || name.startsWith(BENCH)
                || SERVICE.matcher(name).matches()
                || (SERVICE_PORT.matcher(name).matches()
                        && SERVICE_URL.matcher(value).matches())
                || KNOWN.entrySet().stream().anyMatch(known -> isVariable(name, known.getKey(), known.getValue()));
    }

    private static boolean isVariable(String name, String setting, boolean list) {
        String whole = list ? INDEX.matcher(name).replaceFirst("") : name;
        return whole.equals(variable(setting)) || whole.equals(legacyVariable(setting));
    }

    /** The environment variable of a setting, without hyphens as in the documentation. */
    static String variable(String setting) {
        return legacyVariable(setting.replace("-", ""));
    }

    /** Spring Boot also reads the variable with an underscore for each hyphen. */
    private static String legacyVariable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String sentence(Collection<String> unknown) {
        List<String> parts = unknown.stream()
                .limit(MOST_NAMED)
                .map(name -> "'" + Messages.quoted(name) + "' is no setting; did you mean " + closest(name) + "?")
                .toList();
        int more = unknown.size() - parts.size();
        return String.join(" ", parts) + (more == 0 ? "" : " " + more + " more are none either.")
                + " Correct or remove it; docs/configuration.md lists the settings.";
    }

    private static String closest(String name) {
        boolean variable = name.indexOf('.') < 0;
        return KNOWN.keySet().stream()
                .map(known -> variable ? variable(known) : known)
                .max(Comparator.comparingDouble(
                        known -> similarity(known.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    /** The share of both names that their longest common subsequence has, 0 to 1. A missing word costs little. */
    private static double similarity(String a, String b) {
        int[] common = new int[b.length() + 1];
        for (int i = 0; i < a.length(); i++) {
            int diagonal = 0;
            for (int j = 1; j <= b.length(); j++) {
                int above = common[j];
                common[j] = a.charAt(i) == b.charAt(j - 1) ? diagonal + 1 : Math.max(above, common[j - 1]);
                diagonal = above;
            }
        }
        return 2.0 * common[b.length()] / (a.length() + b.length());
    }

    private static Map<String, Boolean> names(String prefix, Class<?> type) {
        Map<String, Boolean> names = new TreeMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                names.putAll(names(name, component.getType()));
            } else {
                names.put(name, component.getType() == List.class);
            }
        }
        return names;
    }
}
