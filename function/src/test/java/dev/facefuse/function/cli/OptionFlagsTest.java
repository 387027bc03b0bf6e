package dev.facefuse.function.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.function.FuseOption;
import dev.facefuse.function.FuseOptionCatalog;
import dev.facefuse.function.SampleOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

class OptionFlagsTest {
    private static final List<FuseOption<?>> OPTIONS = SampleOption.andAll();

    @Test
    void commandLineHasADeclaredOption() {
        CommandSpec command = parsed("--skin-warmth", "1.5", "--mode=overlay");
        assertThat(OptionFlags.read(command, OPTIONS).chosen())
                .isEqualTo(Map.of("skinWarmth", 1.5f, "mode", "overlay"));
        assertThat(command.commandLine().getUsageMessage())
                .contains("--skin-warmth=N")
                .contains("Warmth of the skin. Values: -2 to 2 (default: 0).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"90", "90.0", "9e1"})
    void wholeNumberMayHaveAPoint(String text) {
        assertThat(OptionFlags.read(parsed("--quality", text), OPTIONS).chosen())
                .isEqualTo(Map.of("quality", 90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"90.5", "much", "", "1e99"})
    void otherNumbersAreRefused(String text) {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parsed("--quality", text))
                .withMessage("Invalid value for option '--quality': '" + text + "' is not an int");
    }

    @Test
    void fuseHasAFlagForEachOption() {
        assertThat(FuseOptionCatalog.ALL).allSatisfy(option -> assertThat(fuse().findOption(option.flag()))
                .as(option.name())
                .isNotNull());
    }

    @Test
    void fuseHasTheFlagsThatTheDocumentationOfSettingsNames() throws IOException {
        List<String> named = Pattern.compile("fuse \\(`(--[a-z-]+)`\\)")
                .matcher(Files.readString(Path.of("../docs/configuration.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(flag -> assertThat(fuse().findOption(flag)).as(flag).isNotNull());
    }

    private static CommandSpec fuse() {
        return FuseCommand.commandLine(new CliContext(settings -> null, Terminal.ofProcess(null, null)))
                .getCommandSpec();
    }

    private static CommandSpec parsed(String... arguments) {
        CommandSpec command = CommandSpec.create().name("test");
        command.usageMessage().width(200);
        OptionFlags.addTo(command, OPTIONS);
        CommandLine commandLine = new CommandLine(command);
        commandLine.parseArgs(arguments);
        return command;
    }
}
