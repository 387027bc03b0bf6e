package dev.facefuse.function.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the page, as it is sent; read once from the class path.
 *
 * @param plain its bytes
 * @param gzip the same, compressed; null if that would not make them fewer
 * @param etag of the plain bytes, in quotes
 * @param contentType what they are
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: a file is never compared.
record PageFile(byte[] plain, byte @Nullable [] gzip, String etag, String contentType) {
    private static final String PAGE = "/dev/facefuse/function/page/";
    private static final String SAMPLES = "/dev/facefuse/models/samples/";

    private static final String HTML = "text/html;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String SVG = "image/svg+xml";

    /** One concern each; early.js is none, it runs before the first paint. */
    private static final List<String> SCRIPTS = List.of(
            "early.js",
            "access.js",
            "fusion.js",
            "numbers.js",
            "options.js",
            "page.js",
            "pictures.js",
            "problem.js",
            "report.js",
            "result.js",
            "server.js",
            "words.js");

    private static final int ETAG_BYTES = 8;

    /** All of them, by path. */
    static Map<String, PageFile> all() {
        Map<String, PageFile> files = new HashMap<>();
        files.put("/", of(PAGE + "index.html", HTML));
        files.put("/page/page.css", of(PAGE + "page.css", STYLE));
        files.put("/page/icon.svg", of(PAGE + "icon.svg", SVG));
        for (String script : SCRIPTS) {
            files.put("/page/" + script, of(PAGE + script, SCRIPT));
        }
        files.put("/samples/mona-lisa.jpg", of(SAMPLES + "mona-lisa.jpg", "image/jpeg"));
        files.put("/samples/astronaut.png", of(SAMPLES + "astronaut.png", "image/png"));
        return Map.copyOf(files);
    }

    private static PageFile of(String resource, String contentType) {
        byte[] plain = bytes(resource);
        byte[] gzip = contentType.startsWith("image/") && !contentType.equals(SVG) ? null : compressed(plain);
        return new PageFile(plain, gzip, etag(plain), contentType);
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = PageFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String etag(byte[] plain) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain);
            return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every JDK has it.
        }
    }
}
