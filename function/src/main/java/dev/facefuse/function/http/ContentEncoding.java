package dev.facefuse.function.http;

import java.util.Arrays;
import java.util.Locale;

/** Bodies are read as they are sent: a compressed one is refused instead of being taken for damaged. */
public final class ContentEncoding {
    /** The accepted {@code Content-Encoding} of a request, for the answer's {@code Accept-Encoding} (RFC 9110, 15.5.16). */
    public static final String ACCEPTED = "identity";

    private ContentEncoding() {}

    /**
     * Whether a body is compressed or otherwise encoded.
     *
     * @param header the request's {@code Content-Encoding}, several between commas, empty if there is none
     */
    public static boolean isEncoded(String header) {
        return Arrays.stream(header.split(",", -1))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .anyMatch(coding -> !coding.isEmpty() && !coding.equals(ACCEPTED));
    }
}
