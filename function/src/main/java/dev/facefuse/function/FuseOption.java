package dev.facefuse.function;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.problem.Range;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * The declaration of one option of a fusion. JSON, form fields, the command line's flags, the page's controls and the
 * documentation's tables are derived from it, so a new option is one more declaration in {@link FuseOptionCatalog}.
 *
 * @param name in JSON and forms, such as {@code skinSmooth}; {@link #flag()} is derived from it
 * @param values that callers may write
 * @param label on the page
 * @param help what the option does, without values and default; a phrase that begins in upper case and has no full stop
 * @param placement where on the page
 * @param setter puts a value into the engine's options, or refuses it with {@code bad-request}
 * @param <V> what callers write: {@link Float}, {@link Integer} or {@link String}
 */
public record FuseOption<V>(
        String name,
        Values<V> values,
        Text label,
        Text help,
        Placement placement,
        BiFunction<FuseOptions, V, FuseOptions> setter) {

    /** The flag on the command line: {@code --skin-smooth}. */
    public String flag() {
        return "--" + key();
    }

    /** The name with hyphens, {@code skin-smooth}: the flag without its dashes, and the key of the page's words. */
    public String key() {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Puts a value into the engine's options; {@code value} has the type of {@link Values#type()}. */
    FuseOptions set(FuseOptions options, Object value) {
        return setter.apply(options, values.type().cast(value));
    }

    /** The part of the page that shows an option. */
    public enum Placement {
        /** In the form. */
        FORM,
        /** In the part of the form that is folded at first. */
        DETAILS,
        /** Not in the form: the visitor clicks a face in a picture. */
        PICTURE
    }

    /** A text in the languages of the page and the documentation. */
    public record Text(String english, String chinese) {

        /** A text that is the same in both languages. */
        static Text same(String text) {
            return new Text(text, text);
        }
    }

    /**
     * The values that callers may write.
     *
     * @param <V> its type in Java
     */
    public sealed interface Values<V> {

        Class<V> type();

        /** The default as callers would write it; empty if they cannot. */
        String defaultValue();

        /** The default in help and documentation. */
        default Text defaultText() {
            return Text.same(defaultValue());
        }

        /** The values in help and documentation, such as {@code 0 to 1}. */
        Text text();
    }

    /**
     * A number.
     *
     * @param step of the page's slider
     */
    public record Decimal(Range range, float step, float initial) implements Values<Float> {
        @Override
        public Class<Float> type() {
            return Float.class;
        }

        @Override
        public String defaultValue() {
            return Range.text(initial);
        }

        @Override
        public Text text() {
            return textOf(range);
        }
    }

    /** A whole number. */
    public record Whole(Range range, int initial) implements Values<Integer> {
        @Override
        public Class<Integer> type() {
            return Integer.class;
        }

        @Override
        public String defaultValue() {
            return Integer.toString(initial);
        }

        @Override
        public Text text() {
            return textOf(range);
        }
    }

    /** The index of a face, 0 for the leftmost. */
    public record FaceIndex() implements Values<Integer> {
        @Override
        public Class<Integer> type() {
            return Integer.class;
        }

        @Override
        public String defaultValue() {
            return "";
        }

        @Override
        public Text defaultText() {
            return new Text("the largest", "最大的脸");
        }

        @Override
        public Text text() {
            return new Text("0, 1, 2 and so on", "0、1、2 等");
        }
    }

    /** One of several words. The page may offer an empty word, which leaves the option out. */
    public record Words(List<Word> words, String defaultValue, Text defaultText) implements Values<String> {
        @Override
        public Class<String> type() {
            return String.class;
        }

        @Override
        public Text text() {
            List<String> named = words.stream()
                    .map(Word::word)
                    .filter(word -> !word.isEmpty())
                    .toList();
            return new Text(Messages.alternatives(named), String.join("、", named));
        }
    }

    /**
     * A word and its label on the page.
     *
     * @param word as callers write it
     */
    public record Word(String word, Text label) {}

    private static Text textOf(Range range) {
        String min = Range.text(range.min());
        String max = Range.text(range.max());
        return new Text(min + " to " + max, min + " 到 " + max);
    }
}
