package dev.facefuse.function.http;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a {@link Problem} instead of Tomcat's error page, for requests that Spring has not answered: malformed ones, for example. */
final class ProblemValve extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            Problem.of(response.getStatus()).write(response.getResponse());
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            log.debug("The client has disconnected", e);
        }
    }
}
