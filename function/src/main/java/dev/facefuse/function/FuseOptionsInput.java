package dev.facefuse.function;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options as a caller wrote them, in JSON, form fields or on the command line. Ranges and words are checked by {@link
 * #toEngine}.
 *
 * @param chosen values by {@link FuseOption#name}; options that are not in it have their defaults
 */
public record FuseOptionsInput(@JsonValue Map<String, Object> chosen) {
    public static final FuseOptionsInput NONE = new FuseOptionsInput(Map.of());

    public FuseOptionsInput {
        chosen = Map.copyOf(chosen);
    }

    /** The value of an option; null if the caller did not choose one. */
    public <V> @Nullable V get(FuseOption<V> option) {
        Object value = chosen.get(option.name());
        return value == null ? null : option.values().type().cast(value);
    }

    /** The same options with another output format. */
    public FuseOptionsInput withFormat(PictureFormat format) {
        Map<String, Object> values = new LinkedHashMap<>(chosen);
        values.put(FuseOptionCatalog.FORMAT.name(), format.extension());
        return new FuseOptionsInput(values);
    }

    /**
     * The engine's options.
     *
     * @throws FuseException {@code bad-request} naming the option and what it accepts
     */
    public FuseOptions toEngine() {
        return toEngine(FuseOptionCatalog.ALL);
    }

    FuseOptions toEngine(List<FuseOption<?>> declared) {
        FuseOptions options = FuseOptions.DEFAULT;
        for (FuseOption<?> option : declared) {
            Object value = chosen.get(option.name());
            if (value != null) {
                options = option.set(options, value);
            }
        }
        return options;
    }
}
