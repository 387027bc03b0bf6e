package dev.facefuse.function.http;

import dev.facefuse.function.FuseOutput;
import java.util.Map;

/**
 * What a fusion is answered with, whatever carries it: status 200, and as body the picture or the output as JSON.
 *
 * @param output the function's
 * @param picture whether the body is the picture itself
 * @param headers beside those that every answer has
 * @param mediaType of the body
 */
public record FuseReply(FuseOutput output, boolean picture, Map<String, String> headers, String mediaType) {

    public FuseReply {
        headers = Map.copyOf(headers);
    }
}
