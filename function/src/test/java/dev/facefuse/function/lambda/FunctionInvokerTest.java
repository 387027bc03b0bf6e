package dev.facefuse.function.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.application.EngineStarter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.cloud.function.adapter.aws.FunctionInvoker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The adapter finds both functions, hands them the event as it came, and writes what they answer as Lambda reads it. */
class FunctionInvokerTest {

    @BeforeEach
    void name() {
        System.setProperty("MAIN_CLASS", WithFakeEngine.class.getName());
    }

    @AfterEach
    void forget() {
        System.clearProperty("MAIN_CLASS");
    }

    @Test
    void answersHttp() throws IOException {
        JsonNode response =
                invoke("lambdaHttp", Requests.json(Requests.INPUT, "accept", "image/*", "id", "7", "payload", "x"));
        assertThat(response.get("statusCode").asInt()).isEqualTo(200);
        assertThat(response.get("isBase64Encoded").asBoolean()).isTrue();
        assertThat(response.get("body").binaryValue()).isEqualTo("t+u".getBytes(StandardCharsets.US_ASCII));
        assertThat(response.get("headers").get("Content-Type").asString()).isEqualTo("image/jpeg");
    }

    @Test
    void answersBatches() throws IOException {
        String batch = """
                {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "attributes": {}, "body": "{\\"Event\\": \\"s3:TestEvent\\"}"},
                             {"messageId": "2", "eventSource": "aws:sqs", "attributes": {}, "body": "not JSON"}]}""";
        assertThat(invoke("lambdaEvents", batch.getBytes(StandardCharsets.UTF_8)))
                .hasToString("{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"}]}");
    }

    @Test
    void answersOrThrowsWhatComesStraight() throws IOException {
        assertThat(invoke("lambdaEvents", "{\"Records\": []}".getBytes(StandardCharsets.UTF_8)))
                .hasToString("[]");
        assertThatThrownBy(() -> invoke("lambdaEvents", "{}".getBytes(StandardCharsets.UTF_8)))
                .hasStackTraceContaining("This is no event that is known");
    }

    @Test
    void logsNoSecretsAndPicturesAtAnyLevel() throws IOException {
        String token = "planted-token-0123456789";
        Map<String, String> loud = Map.of("debug", "true", "trace", "true", "logging.level.root", "TRACE");
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        loud.forEach(System::setProperty);
        try {
            byte[] event = Requests.json(Requests.INPUT, "authorization", "Bearer " + token);
            assertThat(invoke("lambdaHttp", event).get("statusCode").asInt()).isEqualTo(200);
            assertThat(invoke("lambdaEvents", "{\"Records\": [0]}".getBytes(StandardCharsets.UTF_8)))
                    .hasToString("[]");
        } finally {
            loud.keySet().forEach(System::clearProperty);
            System.setOut(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("An event with 0 uploads")
                .doesNotContain(token, "\"base64\"", " DEBUG ", " TRACE ");
    }

    private static JsonNode invoke(String definition, byte[] event) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        new FunctionInvoker(definition).handleRequest(new ByteArrayInputStream(event), answer, null);
        return JsonMapper.shared().readTree(answer.toByteArray());
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @Import(LambdaFunctions.class)
    static class WithFakeEngine {
        @Bean
        static BeanFactoryPostProcessor startEngine(ConfigurableEnvironment environment) {
            return factory -> new EngineStarter(new FakeEngine()::open).start(environment, factory);
        }
    }
}
