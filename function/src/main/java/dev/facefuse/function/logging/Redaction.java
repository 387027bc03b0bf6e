package dev.facefuse.function.logging;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Removes from a text everything that must not be logged: secrets whose values are known (those of the environment, and
 * those passed to {@link #know}), credentials and queries that a pattern recognises, and bytes of pictures.
 *
 * <p>A value is a secret if the name of its variable or setting says so.
 */
public final class Redaction {
    private static final String HIDDEN = "***";

    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)(?!.*(?:file|path|dir|uri|url)$|(?:old)?pwd$).*(?:token|secret|passw|pwd|passphrase|credential|headers"
                    + "|(?:api|access|private)[-_.]?key).*");

    /** Shorter values also occur in harmless words. */
    private static final int SHORTEST_SECRET = 8;

    /** Separates the parts of a value, such as tokens between commas or an address that contains a password. */
    private static final Pattern SEPARATORS = Pattern.compile("[,;\\s]+");

    private static final Pattern USER_INFO = Pattern.compile("://([^/@\\s]*)@");

    /** Patterns of secrets, and their replacements. */
    private static final List<Form> FORMS = List.of(
            // Control characters mean that bytes were decoded as text; the rest is probably a picture, too.
            new Form("(?s)[\\x00-\\x08\\x0e-\\x1a\\x1c-\\x1f\\x7f\\uFFFD].*", "*** (bytes)"),
            new Form("(?:0x[0-9a-fA-F]{2}\\W{0,2}){8,}", HIDDEN),
            new Form("\\[(?:-?\\d{1,3}, ?){16,}[^\\]]*\\]?", "[***]"),
            new Form("[A-Za-z0-9+/_-]{160,}={0,2}", "*** (base64)"),
            new Form(
                    "(?i)\\b((?:proxy-)?authorization|x-api-key|x-amz-security-token|(?:set-)?cookie)"
                            + "([\"']?\\s*[:=])[^\\r\\n]*",
                    "$1$2***"),
            new Form("\\b([Bb]earer|[Bb]asic|BEARER|BASIC)\\s+(?=\\S*[0-9A-Z=_-])\\S{8,}", "$1 ***"),
            new Form("://[^/@\\s\"'<>]*@", "://***@"),
            new Form("\\b([a-zA-Z][a-zA-Z0-9+.-]*:/[^\\s?\"'<>]*)\\?[^\\s\"'<>\\])}]+", "$1?***"),
            new Form("((?:^|[\\s\\[\"'(=])/[^\\s?\"'<>]*)\\?[^\\s\"'<>\\])}]+", "$1?***"),
            new Form(
                    "(?i)\\b([\\w-]*(?:signature|credential|security-token|access_?key_?id|secret\\w*|password|passwd|token|sig))"
                            + "=[^&\\s,;\"'\\])}]+",
                    "$1=***"));

    private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();

    static {
        System.getenv().forEach(Redaction::know);
    }

    private Redaction() {}

    private record Form(Pattern pattern, String replacement) {
        Form(String pattern, String replacement) {
            this(Pattern.compile(pattern), replacement);
        }
    }

    /** Whether the value of a variable or setting of this name is a secret. */
    public static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    /** Adds the value of a setting if its name says that it is a secret, and the passwords of URLs in it. */
    public static void know(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        Matcher address = USER_INFO.matcher(value);
        while (address.find()) {
            String user = address.group(1);
            add(user.substring(user.indexOf(':') + 1));
        }
        if (isSecret(name)) {
            know(value);
        }
    }

    /** Adds a secret, or several that are separated by commas. */
    public static void know(String value) {
        for (String part : SEPARATORS.split(value, -1)) {
            add(part.substring(part.indexOf('=') + 1));
            add(part);
        }
    }

    private static void add(String secret) {
        if (secret.length() >= SHORTEST_SECRET) {
            SECRETS.add(secret);
        }
    }

    /** The redacted text; the same object if nothing had to be removed. */
    public static String of(String text) {
        String result = text;
        for (String secret : SECRETS.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            result = result.contains(secret) ? result.replace(secret, HIDDEN) : result;
        }
        for (Form form : FORMS) {
            Matcher matcher = form.pattern().matcher(result);
            result = matcher.find() ? matcher.replaceAll(form.replacement()) : result;
        }
        return result.equals(text) ? text : result;
    }

    /** A throwable with redacted messages, including its causes; the same object if nothing had to be removed. */
    public static Throwable of(Throwable thrown) {
        return isClean(thrown, 0) ? thrown : new RedactedThrowable(thrown, 0);
    }

    private static boolean isClean(Throwable thrown, int depth) {
        String message = thrown.getMessage();
        if (depth > RedactedThrowable.DEEPEST
                || (message != null && !of(message).equals(message))) {
            return false;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isClean(suppressed, depth + 1)) {
                return false;
            }
        }
        return thrown.getCause() == null || isClean(thrown.getCause(), depth + 1);
    }

    /** A copy of a throwable whose message is redacted. */
    private static final class RedactedThrowable extends Throwable {
        private static final long serialVersionUID = 1L;
        private static final int DEEPEST = 50;

        RedactedThrowable(Throwable thrown, int depth) {
            super(thrown.getClass().getName() + ": " + of(String.valueOf(thrown.getMessage())), cause(thrown, depth));
            setStackTrace(thrown.getStackTrace());
            if (depth < DEEPEST) {
                for (Throwable suppressed : thrown.getSuppressed()) {
                    addSuppressed(new RedactedThrowable(suppressed, depth + 1));
                }
            }
        }

        private static @Nullable Throwable cause(Throwable thrown, int depth) {
            return thrown.getCause() == null || depth >= DEEPEST
                    ? null
                    : new RedactedThrowable(thrown.getCause(), depth + 1);
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // The message begins with the name of the other's class.
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
