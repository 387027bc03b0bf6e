package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.FuseMeters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Turns every exception of a controller into a {@link Problem}. Defects are logged. */
@ControllerAdvice
final class ProblemAdvice {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private final FuseMeters meters;

    ProblemAdvice(FuseMeters meters) {
        this.meters = meters;
    }

    @ExceptionHandler
    void method(HttpRequestMethodNotSupportedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String[] supported = Objects.requireNonNullElse(e.getSupportedMethods(), new String[0]);
        Problem.methodNotAllowed(request.getRequestURI(), e.getMethod(), supported)
                .write(response);
    }

    @ExceptionHandler
    void any(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (e instanceof FuseException named && named.code() == ErrorCode.BUSY) {
            meters.refused();
        }
        if (Problem.isOutOfHeap(e)) {
            log.error("The heap is too small for the requests it holds; raise it or lower facefuse.open-requests", e);
        } else if (e instanceof IOException || (response.isCommitted() && !(e instanceof FuseException))) {
            log.debug("The client has disconnected", e);
            return;
        } else if (Problem.isServerFault(e)) {
            log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        }
        Problem.of(e).write(response);
    }
}
