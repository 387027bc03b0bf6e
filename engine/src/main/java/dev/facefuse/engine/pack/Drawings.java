package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.Drawing;
import dev.facefuse.nativelib.Drawing.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a part's manifest says is to be drawn, each key once. */
final class Drawings {
    /** Of weights of convolutions, as manifests spell them. */
    static final Map<String, Layout> LAYOUTS =
            Map.of("channels_last", Layout.CHANNELS_LAST, "transposed_channels_last", Layout.TRANSPOSED_CHANNELS_LAST);

    private Drawings() {}

    /** The drawings of a part whose manifest holds. */
    static List<Drawing> of(Manifest.Part part) {
        if (part.drawn() == null) {
            return List.of();
        }
        Map<String, Drawing> drawings = new LinkedHashMap<>();
        part.drawn().forEach((parameter, drawn) -> drawings.computeIfAbsent(drawn.key(), key -> drawing(key, drawn))
                .uses()
                .add(use(parameter, drawn)));
        return List.copyOf(drawings.values());
    }

    private static Drawing drawing(String key, Manifest.Drawn drawn) {
        long[] shape = drawn.shape().stream().mapToLong(Long::longValue).toArray();
        return new Drawing(shape, numbers -> StandardNormal.fill(numbers, Philox.of(key)), new ArrayList<>());
    }

    private static Drawing.Use use(String parameter, Manifest.Drawn drawn) {
        Layout layout =
                drawn.layout() == null ? Layout.CONTIGUOUS : Objects.requireNonNull(LAYOUTS.get(drawn.layout()));
        List<Long> narrow = drawn.narrow();
        return narrow == null
                ? new Drawing.Use(parameter, Drawing.WHOLE, 0, 0, layout)
                : new Drawing.Use(parameter, Math.toIntExact(narrow.get(0)), narrow.get(1), narrow.get(2), layout);
    }
}
