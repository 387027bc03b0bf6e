package dev.facefuse.function.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.storage.S3Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Both functions in AWS's emulator, with the real engine. */
@Timeout(180)
class LambdaIT {
    private static final String SAMPLES = "/dev/facefuse/models/samples/";
    private static final String TOKEN = "0123456789abcdef";
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private static Path folder;

    private static Path application;

    @BeforeAll
    static void apart() throws Exception {
        Emulator.require();
        application = Emulator.apart(folder);
    }

    @Test
    void fusesOverHttp() throws Exception {
        try (Emulator lambda = Emulator.start(application, "lambdaHttp", Map.of("FACEFUSE_ACCESS_TOKENS", TOKEN))) {
            JsonNode json = JSON.readTree(lambda.invoke(Requests.json(
                    "{\"template\":{\"base64\":\"" + base64("mona-lisa.jpg") + "\"},\"user\":{\"base64\":\""
                            + base64("astronaut.png") + "\"},\"options\":{\"resolution\":512}}",
                    "accept",
                    "image/png",
                    "x-api-key",
                    TOKEN)));
            assertThat(json.path("statusCode").asInt()).as(told(json, lambda)).isEqualTo(200);
            assertThat(json.get("body").binaryValue()).startsWith(0x89, 'P', 'N', 'G');
            JsonNode form =
                    JSON.readTree(lambda.invoke(Requests.multipart("resolution=512", form(), "x-api-key", TOKEN)));
            assertThat(form.path("statusCode").asInt()).as(told(form, lambda)).isEqualTo(200);
            JsonNode output = JSON.readTree(form.get("body").asString());
            assertThat(output.get("picture").get("base64").binaryValue()).startsWith(0xFF, 0xD8);
            assertThat(output.get("report").get("faces").get("user").asInt()).isEqualTo(1);
            JsonNode refused = JSON.readTree(lambda.invoke(Requests.json("{}")));
            assertThat(refused.path("statusCode").asInt()).isEqualTo(401);
        }
    }

    @Test
    void fusesUploads() throws Exception {
        try (S3Server s3 = new S3Server("photos", "others");
                Emulator lambda = Emulator.start(
                        application,
                        "lambdaEvents",
                        Map.of(
                                "FACEFUSE_STORAGE_READ",
                                "s3://photos/incoming/,s3://photos/templates/",
                                "FACEFUSE_STORAGE_WRITE",
                                "s3://photos/fused/",
                                "FACEFUSE_STORAGE_S3_ENDPOINT",
                                s3.endpoint().toString(),
                                "AWS_ACCESS_KEY_ID",
                                S3Server.KEY,
                                "AWS_SECRET_ACCESS_KEY",
                                S3Server.SECRET))) {
            s3.put("photos", "templates/portrait.jpg", sample("mona-lisa.jpg"));
            s3.put("photos", "incoming/portrait/me.png", sample("astronaut.png"));
            s3.put("photos", "incoming/portrait/text.jpg", "no picture".getBytes(StandardCharsets.US_ASCII));
            JsonNode answer = JSON.readTree(lambda.invoke(batch(
                    upload("photos", "incoming/portrait/me.png"),
                    upload("photos", "incoming/portrait/text.jpg"),
                    upload("others", "incoming/portrait/me.png"),
                    JSON.createObjectNode().put("of", "no known kind"))));
            assertThat(answer.toString())
                    .as(told(answer, lambda))
                    .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"},{\"itemIdentifier\":\"3\"}]}");
            assertThat(s3.get("photos", "fused/portrait/me.png.jpg")).startsWith(0xFF, 0xD8);
            assertThat(JSON.readTree(s3.get("photos", "fused/portrait/text.jpg.error.json"))
                            .get("code")
                            .asString())
                    .isEqualTo("bad-picture");
            JsonNode again =
                    JSON.readTree(lambda.invoke(JSON.writeValueAsBytes(upload("photos", "incoming/portrait/me.png"))));
            assertThat(again.path(0).path("kind").asString())
                    .as(told(again, lambda))
                    .isEqualTo("DONE_BEFORE");
            JsonNode denied =
                    JSON.readTree(lambda.invoke(JSON.writeValueAsBytes(upload("others", "incoming/portrait/me.png"))));
            assertThat(denied.path("errorMessage").asString(""))
                    .as(told(denied, lambda))
                    .contains("s3://others/");
        }
    }

    private static String told(JsonNode answer, Emulator lambda) {
        return answer + "\n" + String.join("\n", lambda.log());
    }

    /** Messages of SQS, named by their place. */
    private static byte[] batch(JsonNode... bodies) {
        ObjectNode batch = JSON.createObjectNode();
        ArrayNode records = batch.putArray("Records");
        for (JsonNode body : bodies) {
            records.addObject()
                    .put("messageId", Integer.toString(records.size() - 1))
                    .put("eventSource", "aws:sqs")
                    .put("body", JSON.writeValueAsString(body));
        }
        return JSON.writeValueAsBytes(batch);
    }

    /** S3's event of an object. */
    private static JsonNode upload(String bucket, String key) {
        ObjectNode event = JSON.createObjectNode();
        ObjectNode record = event.putArray("Records").addObject();
        record.put("eventSource", "aws:s3").put("eventName", "ObjectCreated:Put");
        ObjectNode s3 = record.putObject("s3");
        s3.putObject("bucket").put("name", bucket);
        s3.putObject("object").put("key", key);
        return event;
    }

    private static byte[] form() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String[] part : new String[][] {{"template", "mona-lisa.jpg"}, {"user", "astronaut.png"}}) {
            body.writeBytes(("--x\r\nContent-Disposition: form-data; name=\"" + part[0] + "\"; filename=\"" + part[1]
                            + "\"\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(sample(part[1]));
            body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        body.writeBytes("--x--\r\n".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static String base64(String name) throws IOException {
        return Base64.getEncoder().encodeToString(sample(name));
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in = LambdaIT.class.getResourceAsStream(SAMPLES + name)) {
            return in.readAllBytes();
        }
    }
}
