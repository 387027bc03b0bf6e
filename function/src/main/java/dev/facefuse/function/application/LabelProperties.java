package dev.facefuse.function.application;

import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Mark;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code facefuse.label.*}: labels of fused pictures. The ranges are those of {@link LabelSettings}.
 *
 * @param implicit whether the result's metadata say that it is made, and by what. {@code false} is logged as a warning
 * @param producer who offers the service, by name or code
 * @param propagator who distributes the pictures, by name or code; empty to leave it open
 * @param mark visible words on every picture, whatever its request says: {@code none}, {@code zh} (AI生成) or {@code en}
 *     (AI-generated)
 * @param markCorner corner of marks whose request names none; bottom right if it is not set
 */
public record LabelProperties(
        @AppliesTo(fuseOption = "--no-label") @DefaultValue("true")
        boolean implicit,

        @AppliesTo(fuseOption = "--producer") @DefaultValue("facefuse")
        String producer,

        @DefaultValue("") String propagator,
        @DefaultValue("none") Mark.Words mark,
        Mark.@Nullable Corner markCorner) {

    public LabelProperties {
        new LabelSettings(implicit, producer, propagator, new Mark(mark, markCorner));
    }

    LabelSettings settings() {
        return new LabelSettings(implicit, producer, propagator, new Mark(mark, markCorner));
    }
}
