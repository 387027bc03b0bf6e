package dev.facefuse.function.http;

import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;

/**
 * Streams a fusion as server-sent events: {@code stage} when a stage begins, then {@code result} or {@code problem}. The first event
 * says that the fusion has begun; errors before it are returned as a normal problem response.
 *
 * <p>The fusing thread writes the stages while the request's thread waits for it. They have a few dozen bytes, which a connection takes
 * without being read. A write to a client that has disconnected cancels the fusion.
 */
final class FusionEvents implements ProgressListener {
    private static final Logger log = LoggerFactory.getLogger(FusionEvents.class);

    private final HttpServletResponse response;
    private final FuseJson json;

    FusionEvents(HttpServletResponse response, FuseJson json) {
        this.response = response;
        this.json = json;
    }

    private record Stage(String stage, int index, int count) {}

    /** Runs the fusion and streams its events. Throws the fusion's exceptions as long as no event has been sent. */
    void stream(FuseEndpoint.Fusion fusion, RequestContext context) throws IOException {
        try {
            FuseEndpoint.Response result = fusion.run(context.withProgress(this));
            write("result", out -> json.write(out, result.output()));
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!response.isCommitted()) {
                throw e;
            }
            if (Problem.isServerFault(e)) {
                log.error("A fusion failed after its first event", e);
            }
            write("problem", out -> out.write(Problem.of(e).json()));
        }
    }

    @Override
    public void onStage(String stage, int index, int count) {
        try {
            write("stage", out -> json.write(out, new Stage(stage, index, count)));
        } catch (IOException e) {
            log.debug("The client has disconnected", e);
            throw FuseException.busy("The caller went away during the fusion", Duration.ZERO);
        }
    }

    /** Writes the data of an event, on one line. */
    private interface Data {
        void write(OutputStream out) throws IOException;
    }

    private void write(String event, Data data) throws IOException {
        if (!response.isCommitted()) {
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
            response.setHeader("X-Accel-Buffering", "no"); // Otherwise nginx collects some kilobytes of events.
        }
        OutputStream out = response.getOutputStream();
        out.write(("event: " + event + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        try {
            data.write(out);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw e;
        }
        out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
        response.flushBuffer();
    }
}
