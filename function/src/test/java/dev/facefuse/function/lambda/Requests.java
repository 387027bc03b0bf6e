package dev.facefuse.function.lambda;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** HTTP requests as API Gateway's payload format 2.0 has them, with invented names; members after AWS's documentation. */
final class Requests {
    /** JSON with two pictures, {@code t} and {@code u}. */
    static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";

    private Requests() {}

    static byte[] json(String body, String... headers) {
        return event("POST", "/fuse", "", body, false, with(headers, "content-type", "application/json"));
    }

    static byte[] multipart(String query, byte[] body, String... headers) {
        return event(
                "POST",
                "/fuse",
                query,
                Base64.getEncoder().encodeToString(body),
                true,
                with(headers, "content-type", "multipart/form-data; boundary=x"));
    }

    /** Parts as triples of name, file name (null for a plain field) and content. */
    static byte[] parts(@Nullable String... triples) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < triples.length; i += 3) {
            body.append("--x\r\nContent-Disposition: form-data; name=\"")
                    .append(triples[i])
                    .append('"');
            if (triples[i + 1] != null) {
                body.append("; filename=\"").append(triples[i + 1]).append('"');
            }
            body.append("\r\n\r\n").append(triples[i + 2]).append("\r\n");
        }
        return body.append("--x--\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] event(
            String method, String path, String query, @Nullable String body, boolean base64, String... headers) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode event = mapper.createObjectNode()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", path)
                .put("rawQueryString", query);
        ObjectNode fields = event.putObject("headers");
        for (int i = 0; i < headers.length; i += 2) {
            fields.put(headers[i], headers[i + 1]);
        }
        event.set(
                "requestContext",
                mapper.valueToTree(Map.of(
                        "accountId", "anonymous",
                        "apiId", "example",
                        "domainName", "example.lambda-url.eu-central-1.on.aws",
                        "http",
                                Map.of(
                                        "method", method,
                                        "path", path,
                                        "protocol", "HTTP/1.1",
                                        "sourceIp", "192.0.2.1",
                                        "userAgent", "curl/8"),
                        "requestId", "id",
                        "routeKey", "$default",
                        "stage", path.startsWith("/prod/") ? "prod" : "$default",
                        "time", "12/Mar/2026:19:03:58 +0000",
                        "timeEpoch", 1_773_342_238_000L)));
        if (body != null) {
            event.put("body", body);
        }
        event.put("isBase64Encoded", base64);
        return mapper.writeValueAsBytes(event);
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] all = new String[headers.length + 2];
        all[0] = name;
        all[1] = value;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }
}
