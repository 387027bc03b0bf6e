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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;

/**
 * A fusion told as it goes, as server-sent events: {@code stage} when one begins, then {@code result} or {@code problem}, and
 * the end. The first event says that the fusion has begun; until then the answer can still be a problem with its own status.
 *
 * <p>Stages are written by the fusing thread while the one that answers waits for it: a few dozen bytes, which a connection
 * takes without being read. Who is gone by then ends the fusion.
 */
final class FusionEvents implements ProgressListener {
    private static final Logger log = LoggerFactory.getLogger(FusionEvents.class);

    private final HttpServletResponse response;
    private final FuseJson json;

    FusionEvents(HttpServletResponse response, FuseJson json) {
        this.response = response;
        this.json = json;
    }

    /** A stage begins. */
    private record Stage(String stage, int index, int count) {}

    /** Runs the fusion and tells of it; throws what it throws as long as nothing has been told. */
    void tell(RequestContext context, Function<RequestContext, FuseReply> fusion) throws IOException {
        try {
            FuseReply reply = fusion.apply(context.withProgress(this));
            write("result", reply.output());
        } catch (FuseException e) {
            if (!response.isCommitted()) {
                throw e;
            }
            if (e.code().httpStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
                log.error("{}", e.code().code(), e);
            }
            write("problem", Problem.of(e));
        } catch (RuntimeException e) {
            if (!response.isCommitted()) {
                throw e;
            }
            log.error("A fusion failed", e);
            write("problem", Problem.of(HttpStatus.INTERNAL_SERVER_ERROR.value()));
        } catch (OutOfMemoryError e) {
            if (!response.isCommitted()) {
                throw e;
            }
            log.error("The heap is too small for the requests it holds", e);
            write("problem", Problem.outOfHeap());
        }
    }

    @Override
    public void onStage(String stage, int index, int count) {
        try {
            write("stage", new Stage(stage, index, count));
        } catch (IOException e) {
            log.debug("The client went away", e);
            throw FuseException.busy("The caller went away during the fusion", Duration.ZERO);
        }
    }

    private void write(String event, Object data) throws IOException {
        if (!response.isCommitted()) {
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
            // nginx would keep events until it has some kilobytes of them.
            response.setHeader("X-Accel-Buffering", "no");
        }
        OutputStream out = response.getOutputStream();
        out.write(("event: " + event + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        writeLine(out, data);
        out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
        response.flushBuffer();
    }

    /** On one line, as data has to be. */
    private void writeLine(OutputStream out, Object data) throws IOException {
        try {
            json.write(out, data);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw e;
        }
    }
}
