package dev.facefuse.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A {@code POST /fuse} of the two samples, as bytes: every client sends the same, none copies them. */
final class FusePost {
    /** When a client sends its body. */
    enum Upload {
        /** With the head, whatever the answer will be, which is read afterwards. */
        UNASKED("at once"),
        /** When the server asks for it. After a refusal nothing has been sent in vain, and the connection ends. */
        ASKED("`Expect: 100-continue`");

        private final String label;

        Upload(String label) {
            this.label = label;
        }

        /** In Markdown. */
        String label() {
            return label;
        }
    }

    private final ByteBuffer head;
    private final ByteBuffer body;
    private final Upload upload;

    private FusePost(byte[] head, byte[] body, Upload upload) {
        this.head = direct(head);
        this.body = direct(body);
        this.upload = upload;
    }

    /** A form of the two pictures. */
    static FusePost of(byte[] template, byte[] user, Upload upload) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "template", template);
        part(body, "user", user);
        body.writeBytes(ascii("--x--\r\n"));
        List<String> head = new ArrayList<>(List.of(
                "POST /fuse HTTP/1.1",
                "Host: localhost",
                "Accept: image/jpeg",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Length: " + body.size()));
        if (upload == Upload.ASKED) {
            head.add("Expect: 100-continue");
        }
        return new FusePost(ascii(String.join("\r\n", head) + "\r\n\r\n"), body.toByteArray(), upload);
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] picture) {
        body.writeBytes(ascii(
                "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name + "\"\r\n\r\n"));
        body.writeBytes(picture);
        body.writeBytes(ascii("\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A direct buffer, which a socket writes without a copy. */
    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }

    /**
     * Sends it and reads the answer to its end.
     *
     * @throws IOException if the connection ends before
     */
    HttpReply exchange(HttpConnection connection) throws IOException {
        connection.send(head.duplicate());
        if (upload == Upload.UNASKED) {
            connection.send(body.duplicate());
            return connection.receive();
        }
        HttpReply answer = connection.receive();
        if (answer.status() != HttpReply.CONTINUE) {
            return answer;
        }
        connection.send(body.duplicate());
        return connection.receive();
    }
}
