package dev.facefuse.function.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-side request forgery: every URI that would reach an address that is not allowed is refused. */
class RequestForgeryTest {
    private static final String SECRET = "s3cr3t";

    /** Careless on purpose: the second line has to hold where the first was opened. */
    private static final List<String> READABLE = List.of(
            "http://images.example.org/pictures/",
            "https://images.example.org/",
            "http://localhost/",
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://169.254.169.254/",
            "http://100.100.100.200/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[fd00:ec2::254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://[2002:7f00:1::]/",
            "http://inside.example.org/",
            "http://mixed.example.org/",
            "s3://photos/incoming/",
            "file:///srv/pictures/");

    private static final Map<String, List<String>> NAMES = Map.of(
            "localhost", List.of("127.0.0.1"),
            "inside.example.org", List.of("192.168.1.1"),
            "mixed.example.org", List.of("93.184.216.34", "10.0.0.1"));

    private final List<String> resolved = new ArrayList<>();
    private final UriStorage storage = storage(READABLE, this::resolve);

    @AfterEach
    void close() {
        storage.close();
    }

    private static UriStorage storage(List<String> readable, CheckedDns.Resolver resolver) {
        StorageSettings settings =
                new StorageSettings(readable, List.of(), StorageSettings.Timeouts.DEFAULT, StorageSettings.S3.DEFAULT);
        AllowedPrefixes places = settings.readable();
        return new UriStorage(
                settings,
                new S3Store(settings.s3(), settings.patience()),
                new LocalFiles(places, settings.writable()),
                new WebStore(places, settings.patience(), resolver, PublicAddress::is));
    }

    /** No name of these tests leads to a real server. */
    private InetAddress[] resolve(String host) throws UnknownHostException {
        resolved.add(host);
        List<String> addresses = NAMES.containsKey(host) ? NAMES.get(host) : List.of(host);
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            assertThat(addresses.get(i)).as("a literal").matches("[0-9a-f.:]+|\\[[0-9a-f.:]+]");
            found[i] = InetAddress.getByName(addresses.get(i));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Hosts inside, plainly.
                "http://localhost/a.jpg",
                "http://127.0.0.1/a.jpg",
                "http://10.1.2.3/a.jpg",
                "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
                "http://100.100.100.200/latest/meta-data/",
                "http://inside.example.org/a.jpg",
                "http://mixed.example.org/a.jpg",
                // The same in other spellings.
                "http://2130706433/a.jpg",
                "http://0177.0.0.1/a.jpg",
                "http://0177.0.0.01/a.jpg",
                "http://017700000001/a.jpg",
                "http://0x7f.0.0.1/a.jpg",
                "http://0x7f000001/a.jpg",
                "http://127.1/a.jpg",
                "http://127.0.1/a.jpg",
                "http://0/a.jpg",
                "http://127.0.0.1./a.jpg",
                "http://localhost./a.jpg",
                "http://LOCALHOST/a.jpg",
                "http://①②⑦.⓪.⓪.①/a.jpg",
                "http://１２７.0.0.1/a.jpg",
                "http://127。0。0。1/a.jpg",
                "http://%31%32%37.0.0.1/a.jpg",
                "http://localhost%00.images.example.org/a.jpg",
                // IPv6, and IPv4 inside it.
                "http://[::1]/a.jpg",
                "http://[0:0:0:0:0:0:0:1]/a.jpg",
                "http://[::ffff:127.0.0.1]/a.jpg",
                "http://[::ffff:7f00:1]/a.jpg",
                "http://[::127.0.0.1]/a.jpg",
                "http://[64:ff9b::a9fe:a9fe]/a.jpg",
                "http://[2002:7f00:1::]/a.jpg",
                "http://[fd00:ec2::254]/a.jpg",
                "http://[fe80::1%25eth0]/a.jpg",
                // Users, ports, and what some take for a host.
                "http://images.example.org@127.0.0.1/pictures/a.jpg",
                "http://s3cr3t:s3cr3t@images.example.org/pictures/a.jpg",
                "http://images.example.org:s3cr3t@10.1.2.3/pictures/a.jpg",
                "http://images.example.org:6379/pictures/a.jpg",
                "http://images.example.org:0/pictures/a.jpg",
                "http://images.example.org:/pictures/a.jpg",
                "http://images.example.org\\@127.0.0.1/pictures/a.jpg",
                "http://127.0.0.1\\.images.example.org/pictures/a.jpg",
                "http://images.example.org.evil.example/pictures/a.jpg",
                "http://evil.example/?http://images.example.org/pictures/",
                "http://evil.example#@images.example.org/pictures/a.jpg",
                "http:images.example.org/pictures/a.jpg",
                "http:///images.example.org/pictures/a.jpg",
                "//images.example.org/pictures/a.jpg",
                "http://images.example.org\r\nHost: 127.0.0.1/pictures/a.jpg",
                // Paths that leave the prefix.
                "http://images.example.org/private/a.jpg",
                "http://images.example.org/pictures/../private/a.jpg",
                "http://images.example.org/pictures/%2e%2e/private/a.jpg",
                "http://images.example.org/pictures/..%2fprivate/a.jpg",
                "http://images.example.org/pictures/..%5cprivate/a.jpg",
                // Other schemes.
                "file:///etc/passwd",
                "file://127.0.0.1/etc/passwd",
                "file:/etc/passwd",
                "file:///srv/pictures/../../etc/passwd",
                "file:///srv/pictures/%2e%2e/%2e%2e/etc/passwd",
                "jar:file:///srv/pictures/a.jar!/a.jpg",
                "ftp://images.example.org/pictures/a.jpg",
                "gopher://127.0.0.1:6379/_INFO",
                "data:image/png;base64,AAAA",
                "javascript:alert(1)",
                "/etc/passwd",
                "",
                // Buckets.
                "s3://other/incoming/a.jpg",
                "s3://photos/incoming",
                "s3://photos/incoming-too/a.jpg",
                "s3://photos/incoming/../private/a.jpg",
                "s3://photos/./incoming/a.jpg",
                "s3://photos@127.0.0.1/incoming/a.jpg",
                "s3://127.0.0.1:9000/photos/incoming/a.jpg",
                "s3://photos.evil.example:80/incoming/a.jpg",
                "s3:///incoming/a.jpg",
                "s3://photos/incoming/a\nb.jpg",
                "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/photos/incoming/a.jpg"
            })
    void isRefused(String uri) {
        FuseException refusal = catchThrowableOfType(FuseException.class, () -> storage.read(uri, 1000));
        assertThat(refusal).as("%s was not refused", uri).isNotNull();
        assertThat(refusal.code()).isIn(ErrorCode.BAD_REQUEST, ErrorCode.STORAGE_DENIED);
        assertThat(refusal.getMessage()).doesNotContain(SECRET);
        // Of names, only those that are listed are looked up; nothing is asked of images.example.org, which is.
        assertThat(resolved).doesNotContain("images.example.org", "evil.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/secret",
                "http://localhost:PORT/secret",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]:PORT/secret",
                "//127.0.0.1:PORT/secret",
                "/secret",
                "../secret",
                "/pictures/%2e%2e/secret",
                "http://images.example.org@127.0.0.1:PORT/secret",
                "http://inside.example.org:PORT/pictures/a.jpg",
                "http://2130706433:PORT/secret",
                "https://images.example.org:PORT/pictures/a.jpg",
                "file:///etc/passwd",
                "s3://photos/incoming/a.jpg",
                "ftp://images.example.org/a.jpg",
                "http://images.example.org:PORT\\@127.0.0.1/secret"
            })
    void aRedirectIsRefusedAsWell(String to) {
        Redirection redirection = new Redirection();
        try (StubServer server = new StubServer(redirection)) {
            redirection.to = to.replace("PORT", Integer.toString(server.port()));
            Redirected redirected = new Redirected(server.port());
            FuseException refusal = catchThrowableOfType(
                    FuseException.class,
                    () -> redirected.read("http://images.example.org:" + server.port() + "/pictures/r"));
            assertThat(refusal).isNotNull();
            assertThat(refusal.code()).isIn(ErrorCode.BAD_REQUEST, ErrorCode.STORAGE_DENIED);
            assertThat(server.requests).containsExactly("GET /pictures/r");
        }
    }

    @Test
    void redirectsEndSomewhere() {
        Redirection redirection = new Redirection();
        redirection.to = "/pictures/again";
        try (StubServer server = new StubServer(redirection)) {
            Redirected redirected = new Redirected(server.port());
            FuseException refusal = catchThrowableOfType(
                    FuseException.class,
                    () -> redirected.read("http://images.example.org:" + server.port() + "/pictures/r"));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORAGE_NOT_FOUND);
            assertThat(server.requests).hasSize(4);
        }
    }

    @Test
    void aNameIsResolvedOnceAndItsSecondAnswerIsCheckedAsTheFirst() throws UnknownHostException {
        InetAddress[] loopback = InetAddress.getAllByName("127.0.0.1");
        InetAddress[] inside = InetAddress.getAllByName("10.0.0.1");
        List<String> asked = new ArrayList<>();
        try (StubServer server = new StubServer(StubServer.Answer.bytes(new byte[3]));
                WebStore web = web(server.port(), host -> {
                    asked.add(host);
                    return asked.size() == 1 ? loopback : inside;
                })) {
            WebLocation picture = WebLocation.parse("http://images.example.org:" + server.port() + "/pictures/a.jpg");
            assertThat(web.read(picture, 10).bytes()).hasSize(3);
            assertThat(asked).containsExactly("images.example.org");
            FuseException refusal = catchThrowableOfType(FuseException.class, () -> web.read(picture, 10));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORAGE_DENIED);
            assertThat(server.requests).hasSize(1);
        }
    }

    private static final class Redirection implements StubServer.Answer {
        private volatile String to = "";

        @Override
        public void to(HttpExchange exchange) throws IOException {
            StubServer.Answer.redirect(to).to(exchange);
        }
    }

    /** The loopback stands for the internet; every other address is closed. */
    private static WebStore web(int port, CheckedDns.Resolver resolver) {
        AllowedPrefixes places = AllowedPrefixes.of(
                "facefuse.storage.read",
                List.of(
                        "http://images.example.org:" + port + "/pictures/",
                        "http://inside.example.org:" + port + "/pictures/"));
        return new WebStore(places, StorageSettings.Timeouts.DEFAULT, resolver, address -> address.getHostAddress()
                .equals("127.0.0.1"));
    }

    private record Redirected(int port) {
        byte[] read(String uri) {
            try (WebStore web = web(port, host -> new InetAddress[] {
                InetAddress.getByName(host.equals("images.example.org") ? "127.0.0.1" : "10.0.0.1")
            })) {
                return web.read(WebLocation.parse(uri), 1000).bytes();
            }
        }
    }
}
