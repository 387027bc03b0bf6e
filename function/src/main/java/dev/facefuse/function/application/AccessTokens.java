package dev.facefuse.function.application;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.logging.Redaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access tokens, kept as SHA-256 digests. All digests have the same length, so the time of a comparison reveals nothing
 * about a token.
 */
public final class AccessTokens {
    /** Visible ASCII, which a header carries unchanged. Shorter tokens could be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,}");

    /** Alternative header, for platforms that use {@code Authorization} themselves. */
    public static final String API_KEY = "X-API-Key";

    private static final String SCHEME = "Bearer ";

    private final List<byte[]> digests;

    private AccessTokens(List<byte[]> digests) {
        this.digests = List.copyOf(digests);
    }

    /**
     * Collects the configured tokens and those of the configured file.
     *
     * @throws FuseException {@code bad-request} for a file that cannot be read or has no token, or an invalid token
     */
    public static AccessTokens of(AccessProperties access) {
        List<byte[]> digests = new ArrayList<>();
        access.tokens().forEach(token -> digests.add(register(token)));
        String file = access.tokensFile();
        if (file != null) {
            fromFile(file).forEach(token -> digests.add(register(token)));
        }
        return new AccessTokens(digests);
    }

    /** The digest of a token. Only {@link Redaction} keeps the token itself, to remove it from the log. */
    private static byte[] register(String token) {
        Redaction.know(token);
        return digest(token);
    }

    /**
     * Refuses an invalid token without repeating it.
     *
     * @param source of the token, for the error
     */
    static void require(String token, String source) {
        if (!TOKEN.matcher(token).matches()) {
            throw bad(source
                    + " must have 16 or more characters of ASCII without spaces; make one with openssl rand -hex 32.");
        }
    }

    /** Whether access is open because no tokens are configured. */
    public boolean none() {
        return digests.isEmpty();
    }

    /**
     * Whether a request has access: it has one of the tokens, or none are configured.
     *
     * @param authorization {@code Bearer} and the token, as in RFC 6750; null if the request has no such header
     * @param apiKey value of the header {@link #API_KEY}; null if the request has no such header
     */
    public boolean admit(@Nullable String authorization, @Nullable String apiKey) {
        String bearer = bearer(authorization);
        return none() || (bearer != null && has(bearer)) || (apiKey != null && has(apiKey));
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    /** Whether this is a configured token. Takes the same time for every token, known or not. */
    boolean has(String token) {
        byte[] digest = digest(token);
        boolean known = false;
        for (byte[] each : digests) {
            known |= MessageDigest.isEqual(each, digest);
        }
        return known;
    }

    private static List<String> fromFile(String file) {
        List<String> tokens = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                require(line, "facefuse.access.tokens-file: the token in line " + (i + 1));
                tokens.add(line);
            }
        }
        if (tokens.isEmpty()) {
            throw bad("facefuse.access.tokens-file has no token; write one a line, or leave the setting out.");
        }
        return tokens;
    }

    private static List<String> lines(String file) {
        try {
            // In this charset every byte is a character, so a token that is not ASCII is refused with its line number.
            return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "facefuse.access.tokens-file cannot be read (" + file
                            + "); name a file that this process may read.",
                    e);
        }
    }

    private static FuseException bad(String sentence) {
        return new FuseException(ErrorCode.BAD_REQUEST, sentence);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
