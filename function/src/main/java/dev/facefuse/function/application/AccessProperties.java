package dev.facefuse.function.application;

import static dev.facefuse.function.application.FacefuseProperties.require;

import dev.facefuse.function.application.AppliesTo.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code facefuse.access.*}: access tokens. Access is open unless tokens are configured.
 *
 * @param tokens tokens of 16 or more characters of ASCII without spaces; {@code openssl rand -hex 32} makes one. An empty value is
 *     refused
 * @param tokensFile file with further tokens, one a line; blank lines and lines that begin with {@code #} are skipped. An empty
 *     value is refused
 */
@AppliesTo({Command.SERVE, Command.LAMBDA})
public record AccessProperties(
        List<String> tokens, @Nullable String tokensFile) {

    // The parameter is nullable because the setting can be left out; the component never is.
    public AccessProperties(@Nullable List<String> tokens, @Nullable String tokensFile) {
        require(
                tokens == null || !tokens.isEmpty(),
                "facefuse.access.tokens is empty, which would leave the server open; list tokens (openssl rand -hex 32 makes"
                        + " one), or remove the setting if none are wanted.");
        require(
                tokensFile == null || !tokensFile.isBlank(),
                "facefuse.access.tokens-file is empty, which would leave the server open; name a file, or remove the setting"
                        + " if no tokens are wanted.");
        this.tokens = tokens == null ? List.of() : List.copyOf(tokens);
        this.tokensFile = tokensFile;
        for (int i = 0; i < this.tokens.size(); i++) {
            AccessTokens.require(this.tokens.get(i), "facefuse.access.tokens: token " + (i + 1));
        }
    }

    /** Without the tokens, so that logs never contain them. */
    @Override
    public String toString() {
        return "Access[tokens=" + tokens.size() + ", tokensFile=" + tokensFile + "]";
    }
}
