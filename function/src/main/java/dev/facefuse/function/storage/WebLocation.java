package dev.facefuse.function.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A URL of a web server. The host is a name or an address in its usual form. Other forms, which programs read differently, are refused,
 * and so are user names and paths that some programs read as another path.
 *
 * @param uri absolute, {@code http} or {@code https}, the host in lower case, without user and fragment
 */
record WebLocation(URI uri) implements Location {
    private static final Pattern SCHEME = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");
    private static final Pattern ENCODED_SEPARATOR = Pattern.compile("%(?:2e|2f|5c|00)", Pattern.CASE_INSENSITIVE);
    private static final int LAST_PORT = 65_535;

    static boolean matches(String uri) {
        return SCHEME.matcher(uri).lookingAt();
    }

    static WebLocation parse(String uri) {
        try {
            return of(new URI(uri));
        } catch (URISyntaxException e) {
            throw notAWebAddress();
        }
    }

    /** The location that a redirect leads to. */
    WebLocation resolve(String location) {
        try {
            return of(uri.resolve(new URI(location)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw notAWebAddress();
        }
    }

    private static WebLocation of(URI uri) {
        String scheme = uri.getScheme();
        String host = uri.getHost();
        String path = uri.getRawPath();
        if (scheme == null || host == null || path == null || !matches(uri.toString())) {
            throw notAWebAddress();
        }
        String name = host.toLowerCase(Locale.ROOT);
        boolean plainHost = NAME.matcher(name).matches()
                || IPV4.matcher(name).matches()
                || IPV6.matcher(name).matches();
        // Comparing the whole authority finds parts that java.net.URI does not return as host or port.
        String authority = uri.getPort() < 0 ? host : host + ":" + uri.getPort();
        if (!plainHost
                || !authority.equals(uri.getRawAuthority())
                || uri.getPort() == 0
                || uri.getPort() > LAST_PORT
                || ENCODED_SEPARATOR.matcher(path).find()
                || Location.hasDots(path)) {
            throw notAWebAddress();
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new WebLocation(URI.create(scheme.toLowerCase(Locale.ROOT) + "://" + authority.toLowerCase(Locale.ROOT)
                + (path.isEmpty() ? "/" : path) + query));
    }

    String scheme() {
        return uri.getScheme();
    }

    String host() {
        return uri.getHost();
    }

    int port() {
        return uri.getPort() >= 0 ? uri.getPort() : scheme().equals("https") ? 443 : 80;
    }

    private static RuntimeException notAWebAddress() {
        return Location.bad("A web uri must be https://host/path with a plain host name, without user, and without"
                + " encoded slashes or dots.");
    }

    @Override
    public String name() {
        return uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    }

    @Override
    public String display() {
        return scheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
