package dev.facefuse.function.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.AccessProperties;
import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.http.FuseEndpoint;
import dev.facefuse.function.http.InputReader;
import dev.facefuse.function.storage.MemoryS3;
import dev.facefuse.fuzz.Refusal;
import java.io.ByteArrayInputStream;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every event gets a result or a problem that the caller caused. An event that is not an HTTP request is an exception. */
class LambdaFuzzTest {
    private static final int MOST_PICTURE_BYTES = 1000;
    private static final int MOST_BODY_BYTES = 3000;

    private final LambdaHttp http;

    LambdaFuzzTest() {
        FuseJson json = new FuseJson(MOST_PICTURE_BYTES);
        FuseFunction fuse = new FuseFunction(
                new FakeEngine(),
                new MemoryS3().storage(List.of("s3://photos/incoming/"), List.of("s3://photos/fused/")),
                json);
        http = new LambdaHttp(
                new FuseEndpoint(fuse::apply, json),
                new InputReader(json, MOST_BODY_BYTES, MOST_BODY_BYTES),
                json,
                AccessTokens.of(new AccessProperties(null, null)),
                FusionTracing.NONE);
    }

    @FuzzTest
    void isAnswered(byte[] event) {
        APIGatewayV2HTTPResponse response;
        try {
            response = http.apply(new ByteArrayInputStream(event));
        } catch (FuseException e) {
            Refusal.check(e, ErrorCode.BAD_REQUEST);
            return;
        }
        assertThat(response.getStatusCode()).as(response.getBody()).isBetween(200, 499);
        if (response.getStatusCode() != 200) {
            JsonNode problem = JsonMapper.shared().readTree(response.getBody());
            assertThat(problem.path("code").asString()).isNotEmpty();
            Refusal.checkSentence(problem.path("detail").asString());
        }
    }
}
