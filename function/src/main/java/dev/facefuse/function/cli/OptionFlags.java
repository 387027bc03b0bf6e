package dev.facefuse.function.cli;

import dev.facefuse.function.FuseOption;
import dev.facefuse.function.FuseOptionsInput;
import dev.facefuse.function.FuseOptionsReader;
import dev.facefuse.function.Messages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The flags of a fusion's options, made from their declarations. */
final class OptionFlags {

    private OptionFlags() {}

    /** Adds a flag to a command for each option. */
    static void addTo(CommandSpec command, List<FuseOption<?>> options) {
        for (FuseOption<?> option : options) {
            OptionSpec.Builder flag = OptionSpec.builder(option.flag())
                    .type(option.values().type())
                    .paramLabel(placeholder(option))
                    .description(description(option));
            if (option.values().type() == Integer.class) {
                flag.converters(OptionFlags::wholeNumber);
            }
            command.addOption(flag.build());
        }
    }

    /** The options that were given on the command line. */
    static FuseOptionsInput read(CommandSpec command, List<FuseOption<?>> options) {
        Map<String, Object> chosen = new HashMap<>();
        for (FuseOption<?> option : options) {
            Object value = command.findOption(option.flag()).getValue();
            if (value != null) {
                chosen.put(option.name(), value);
            }
        }
        return new FuseOptionsInput(chosen);
    }

    private static String placeholder(FuseOption<?> option) {
        return option.values().type() == String.class ? "WORD" : "N";
    }

    private static String description(FuseOption<?> option) {
        return option.help().english() + ". Values: "
                + option.values().text().english() + " (default: "
                + option.values().defaultText().english() + ").";
    }

    /** Like JSON, accepts {@code 90.0}. */
    private static Integer wholeNumber(String text) {
        Integer number = FuseOptionsReader.wholeNumber(text);
        if (number == null) {
            throw new TypeConversionException("'" + Messages.quoted(text) + "' is not an int");
        }
        return number;
    }
}
