package dev.facefuse.function;

import dev.facefuse.engine.problem.Range;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.function.FuseOption.Decimal;
import dev.facefuse.function.FuseOption.Placement;
import dev.facefuse.function.FuseOption.Text;
import java.util.ArrayList;
import java.util.List;

/** An option that the product does not have, for tests that a declaration is all that a new option needs. */
public final class SampleOption {
    private static final Range RANGE = new Range("skinWarmth", -2f, 2f);

    /** Sets the brightness, so that tests see it in the engine's options. */
    public static final FuseOption<Float> WARMTH = new FuseOption<>(
            RANGE.option(),
            new Decimal(RANGE, 0.25f, 0f),
            new Text("Skin warmth", "肤色冷暖"),
            new Text("Warmth of the skin", "皮肤的冷暖"),
            Placement.FORM,
            (options, value) -> {
                RANGE.check(value);
                return options.with(new Retouching(0f, value / 4, 0f, 0f));
            });

    private SampleOption() {}

    /** The product's options and this one. */
    public static List<FuseOption<?>> andAll() {
        List<FuseOption<?>> options = new ArrayList<>(FuseOptionCatalog.ALL);
        options.add(WARMTH);
        return options;
    }
}
