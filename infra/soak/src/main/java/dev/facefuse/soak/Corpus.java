package dev.facefuse.soak;

import dev.facefuse.bench.SamplePictures;
import dev.facefuse.engine.picture.CoverCrop;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The requests: good ones in all formats and several sizes, and bad ones of all kinds, made from the embedded samples.
 *
 * @param good forms
 * @param json bodies of two good pictures in base64
 * @param bad forms that must be refused
 * @param large requests with a picture of many megabytes
 * @param forgedEvents bodies for {@code POST /events} that must be rejected as a whole
 */
record Corpus(List<Form> good, List<Form> json, List<Form> bad, List<Form> large, List<byte[]> forgedEvents) {
    private static final int QUALITY = 90;
    private static final int FORGED_UPLOADS = 9_500;
    private static final int NO_RECORDS = 500_000;

    /** Options of successive requests. */
    private static final List<String> OPTIONS = List.of(
            "",
            "?blend=0.5",
            "?mode=overlay&skinSmooth=0.3",
            "?resolution=512",
            "?brightness=0.1&contrast=-0.1&saturation=0.2",
            "?resolution=1024&quality=80");

    /** The body of a request with its type, its query and a name for messages. */
    static final class Form {
        private final String name;
        private final String query;
        private final String contentType;
        private final byte[] body;

        Form(String name, String query, String contentType, byte[] body) {
            this.name = name;
            this.query = query;
            this.contentType = contentType;
            this.body = body;
        }

        String name() {
            return name;
        }

        byte[] body() {
            return body.clone();
        }

        int length() {
            return body.length;
        }

        /** The head of a request with this body. */
        String head(String accept, String... more) {
            StringBuilder head = new StringBuilder("POST /fuse" + query + " HTTP/1.1\r\nHost: localhost\r\n"
                    + SoakedServer.KEY_HEADER + "Accept: " + accept + "\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + body.length + "\r\n");
            for (String header : more) {
                head.append(header).append("\r\n");
            }
            return head.append("\r\n").toString();
        }
    }

    /** Makes all of it. */
    static Corpus make() throws IOException {
        byte[] monaLisa = SamplePictures.monaLisa();
        byte[] astronaut = SamplePictures.user();
        List<Form> good = new ArrayList<>();
        List<Form> json = new ArrayList<>();
        int turn = 0;
        for (PictureFormat format : PictureFormat.values()) {
            for (int[] size : new int[][] {{480, 640}, {743, 1155}, {1200, 900}}) {
                byte[] template = as(format, CoverCrop.jpeg(turn % 2 == 0 ? monaLisa : astronaut, size[0], size[1]));
                byte[] user = turn % 2 == 0 ? astronaut : monaLisa;
                String name = format.title() + " " + size[0] + "x" + size[1] + OPTIONS.get(turn % OPTIONS.size());
                good.add(multipart(name, OPTIONS.get(turn % OPTIONS.size()), template, user));
                turn++;
            }
            json.add(json("JSON " + format.title(), as(format, CoverCrop.jpeg(monaLisa, 480, 640)), astronaut));
        }
        good.add(multipart("large", "?resolution=512", CoverCrop.jpeg(monaLisa, 2000, 3000), astronaut));
        return new Corpus(good, json, bad(monaLisa, astronaut), largeForms(monaLisa, astronaut), forged());
    }

    private static List<Form> largeForms(byte[] monaLisa, byte[] astronaut) throws IOException {
        byte[] bitmap = as(PictureFormat.BMP, CoverCrop.jpeg(monaLisa, 2000, 3000));
        return List.of(
                multipart("a large form", "?resolution=512", bitmap, astronaut), json("large JSON", bitmap, astronaut));
    }

    private static List<byte[]> forged() {
        String uploads = IntStream.range(0, FORGED_UPLOADS)
                .mapToObj(i -> "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"pictures\"},"
                        + "\"object\":{\"key\":\"" + i + "\"}}}")
                .collect(Collectors.joining(","));
        return List.of(ascii("{\"Records\":[" + uploads + "]}"), ascii("[" + "0,".repeat(NO_RECORDS) + "0]"));
    }

    /** A JPEG of 162 bytes that claims 8000×8000 pixels and makes its decoder buffer all of their coefficients. */
    private static byte[] coefficientBomb() {
        return Base64.getDecoder()
                .decode("/9j/2wBDABAQ" + "EBAQ".repeat(20) + "EBD/xAAUAAEAAAAAAAAAAAAAAAAAAAAA/8QAFBABAAAAAAAAAAAAA"
                        + "AAAAAAAAP/AABEIH0AfQAMBEQACEQADEQD/2gAIAQEAAD8AAAAAAAAAAAAAAAAAAAAAAP/Z");
    }

    private static List<Form> bad(byte[] monaLisa, byte[] astronaut) throws IOException {
        List<Form> bad = new ArrayList<>();
        for (PictureFormat format : PictureFormat.values()) {
            byte[] whole = as(format, CoverCrop.jpeg(monaLisa, 480, 640));
            bad.add(multipart("half a " + format.title(), "", Arrays.copyOf(whole, whole.length / 2), astronaut));
            byte[] other = whole.clone();
            Arrays.fill(other, 0, Math.min(other.length, 64), (byte) 0x2a);
            bad.add(multipart("a " + format.title() + " without a head", "", other, astronaut));
        }
        bad.add(multipart("no picture", "", new byte[0], astronaut));
        bad.add(multipart("text", "", ascii("<html>no picture</html>"), astronaut));
        bad.add(multipart("a JPEG that claims to be large", "", coefficientBomb(), astronaut));
        bad.add(multipart("a blend of 2", "?blend=2", monaLisa, astronaut));
        bad.add(multipart("a mode that is none", "?mode=upside-down", monaLisa, astronaut));
        bad.add(new Form("half a form", "", "multipart/form-data; boundary=x", ascii("--x\r\nContent-Dispo")));
        bad.add(new Form("half of JSON", "", "application/json", ascii("{\"template\": {\"base64\": \"aaaa")));
        bad.add(new Form("JSON of another shape", "", "application/json", ascii("[1, 2, {\"a\": null}]")));
        bad.add(new Form("XML", "", "application/xml", ascii("<a/>")));
        return bad;
    }

    /** A JPEG in another format. */
    private static byte[] as(PictureFormat format, byte[] jpeg) {
        try (Picture picture = new PictureReader(PictureLimits.DEFAULT).read(jpeg, DecodeSize.full())) {
            return new PictureWriter().write(picture, format, QUALITY);
        }
    }

    private static Form multipart(String name, String query, byte[] template, byte[] user) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "template", template);
        part(body, "user", user);
        body.write(ascii("--x--\r\n"));
        return new Form(name, query, "multipart/form-data; boundary=x", body.toByteArray());
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] picture) throws IOException {
        body.write(ascii(
                "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name + "\"\r\n\r\n"));
        body.write(picture);
        body.write(ascii("\r\n"));
    }

    private static Form json(String name, byte[] template, byte[] user) {
        Base64.Encoder base64 = Base64.getEncoder();
        String body = "{\"template\":{\"base64\":\"" + base64.encodeToString(template) + "\"},\"user\":{\"base64\":\""
                + base64.encodeToString(user) + "\"}}";
        return new Form(name, "", "application/json", ascii(body));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
