package dev.facefuse.function;

import dev.facefuse.engine.problem.Range;
import dev.facefuse.function.FuseOption.Decimal;
import dev.facefuse.function.FuseOption.Placement;
import dev.facefuse.function.FuseOption.Text;
import dev.facefuse.function.FuseOption.Whole;
import dev.facefuse.function.FuseOption.Word;
import dev.facefuse.function.FuseOption.Words;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes the documentation's table, the page's controls and the page's words from the declarations of options. */
final class OptionDocuments {
    /** Lists of up to so many words are radio buttons in the form. */
    private static final int MOST_SEGMENTS = 3;

    private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

    private OptionDocuments() {}

    /** The table of the README, in English or Chinese. */
    static String table(List<FuseOption<?>> options, Function<Text, String> language) {
        String head = language.apply(new Text(
                "| command line | JSON, form field | meaning | values | default |",
                "| 命令行 | JSON、表单字段 | 含义 | 取值 | 默认 |"));
        return options.stream()
                .map(option -> row(option, language))
                .collect(Collectors.joining("\n", "\n" + head + "\n| --- | --- | --- | --- | --- |\n", "\n\n"));
    }

    private static String row(FuseOption<?> option, Function<Text, String> language) {
        return "| `" + option.flag() + "` | `" + option.name() + "` | " + language.apply(option.help()) + " | "
                + values(option, language) + " | " + defaultValue(option, language) + " |";
    }

    private static String values(FuseOption<?> option, Function<Text, String> language) {
        return option.values() instanceof Words list
                ? list.words().stream()
                        .map(Word::word)
                        .filter(word -> !word.isEmpty())
                        .map(word -> "`" + word + "`")
                        .collect(Collectors.joining(language.apply(new Text(", ", "、"))))
                : language.apply(option.values().text());
    }

    private static String defaultValue(FuseOption<?> option, Function<Text, String> language) {
        String text = language.apply(option.values().defaultText());
        return option.values() instanceof Words
                        && !option.values().defaultValue().isEmpty()
                ? "`" + text + "`"
                : text;
    }

    /** The controls of one part of the page's form. */
    static String controls(List<FuseOption<?>> options, Placement placement, String indent) {
        return options.stream()
                .filter(option -> option.placement() == placement)
                .map(OptionDocuments::control)
                .collect(Collectors.joining())
                .indent(indent.length());
    }

    private static String control(FuseOption<?> option) {
        if (option.values() instanceof Decimal decimal) {
            return slider(option, decimal.range(), Range.text(decimal.step()));
        }
        if (option.values() instanceof Whole whole) {
            return slider(option, whole.range(), "1");
        }
        if (option.values() instanceof Words list) {
            return option.placement() == Placement.FORM && list.words().size() <= MOST_SEGMENTS
                    ? segments(option, list.words())
                    : select(option, list.words());
        }
        throw new IllegalArgumentException(option.name() + " has values that no control of the form shows");
    }

    private static String slider(FuseOption<?> option, Range range, String step) {
        return """
                <div class="range">
                  %s<output for="%s"></output>
                  <input type="range" id="%2$s" name="%2$s" min="%s" max="%s" step="%s" value="%s">
                </div>
                """.formatted(
                        label(option),
                        option.name(),
                        Range.text(range.min()),
                        Range.text(range.max()),
                        step,
                        option.values().defaultValue());
    }

    private static String segments(FuseOption<?> option, List<Word> words) {
        String radios = words.stream()
                .map(word -> "    <label><input type=\"radio\" name=\"%s\" value=\"%s\"%s><span%s>%s</span></label>\n"
                        .formatted(
                                option.name(),
                                word.word(),
                                word.word().equals(option.values().defaultValue()) ? " checked" : "",
                                attributes(option, word),
                                word.label().english()))
                .collect(Collectors.joining());
        return """
                <fieldset class="modes">
                  <legend data-word="%s">%s</legend>
                  <div class="segments">
                %s  </div>
                </fieldset>
                """.formatted(option.key(), option.label().english(), radios);
    }

    private static String select(FuseOption<?> option, List<Word> words) {
        String choices = words.stream()
                .map(word -> "    <option value=\"%s\"%s%s>%s</option>\n"
                        .formatted(
                                word.word(),
                                attributes(option, word),
                                word.word().equals(option.values().defaultValue()) ? " selected" : "",
                                word.label().english()))
                .collect(Collectors.joining());
        return """
                <div class="choice">
                  %s
                  <select id="%s" name="%2$s">
                %s  </select>
                </div>
                """.formatted(label(option), option.name(), choices);
    }

    private static String label(FuseOption<?> option) {
        return "<label for=\"%s\" data-word=\"%s\">%s</label>"
                .formatted(option.name(), option.key(), option.label().english());
    }

    private static String attributes(FuseOption<?> option, Word word) {
        if (isTranslated(word)) {
            return " data-word=\"" + key(option, word) + "\"";
        }
        return CHINESE.matcher(word.label().english()).find() ? " lang=\"zh\"" : "";
    }

    private static boolean isTranslated(Word word) {
        return !word.label().english().equals(word.label().chinese());
    }

    private static String key(FuseOption<?> option, Word word) {
        return option.key() + "-" + (word.word().isEmpty() ? "default" : word.word());
    }

    /** The lines of {@code words.js} for labels in the form. */
    static String words(List<FuseOption<?>> options, Function<Text, String> language) {
        StringBuilder lines = new StringBuilder();
        for (FuseOption<?> option : options) {
            if (option.placement() == Placement.PICTURE) {
                continue;
            }
            lines.append(line(option.key(), language.apply(option.label())));
            if (option.values() instanceof Words list) {
                list.words().stream()
                        .filter(OptionDocuments::isTranslated)
                        .map(word -> line(key(option, word), language.apply(word.label())))
                        .forEach(lines::append);
            }
        }
        return lines.toString();
    }

    private static String line(String key, String text) {
        return "  \"" + key + "\": \"" + text + "\",\n";
    }
}
