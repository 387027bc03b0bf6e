package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.FuseMeters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Every exception on the way to an answer becomes a problem; what the caller did not cause goes to the log as well. */
@ControllerAdvice
final class ProblemAdvice {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private final ProblemWriter problems;
    private final FuseMeters meters;

    ProblemAdvice(ProblemWriter problems, FuseMeters meters) {
        this.problems = problems;
        this.meters = meters;
    }

    @ExceptionHandler
    void named(FuseException e, HttpServletResponse response) throws IOException {
        if (e.code() == ErrorCode.BUSY) {
            meters.refused();
        }
        if (e.code().httpStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()
                || e.code() == ErrorCode.LIBRARIES_UNAVAILABLE) {
            log.error("{}", e.code().code(), e);
        }
        problems.write(response, Problem.of(e));
    }

    @ExceptionHandler
    void method(HttpRequestMethodNotSupportedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        allow(e.getHeaders(), response);
        String[] supported = e.getSupportedMethods();
        problems.write(
                response,
                Problem.methodNotAllowed(
                        request.getRequestURI(), e.getMethod(), supported == null ? new String[0] : supported));
    }

    @ExceptionHandler
    void contentType(HttpMediaTypeNotSupportedException e, HttpServletResponse response) throws IOException {
        problems.write(response, Problem.unsupportedMediaType());
    }

    @ExceptionHandler
    void accept(HttpMediaTypeNotAcceptableException e, HttpServletResponse response) throws IOException {
        problems.write(response, Problem.notAcceptable());
    }

    @ExceptionHandler
    void tooLarge(BodyTooLargeException e, HttpServletResponse response) throws IOException {
        // The rest of the body is not read; the connection cannot be used again.
        response.setHeader(HttpHeaders.CONNECTION, "close");
        problems.write(response, Problem.of(e));
    }

    @ExceptionHandler
    void notReceived(BodyNotReceivedException e, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.CONNECTION, "close");
        problems.write(response, e.problem());
    }

    @ExceptionHandler
    void gone(AsyncRequestNotUsableException e) {
        log.debug("The client went away", e);
    }

    private void memory(OutOfMemoryError e, HttpServletResponse response) throws IOException {
        log.error("The heap is too small for the requests it holds; raise it or lower facefuse.open-requests", e);
        problems.write(response, Problem.outOfHeap());
    }

    @ExceptionHandler
    void other(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (e.getCause() instanceof OutOfMemoryError heap) {
            memory(heap, response);
            return;
        }
        if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            known.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            problems.write(
                    response,
                    known.getStatusCode().value() == HttpStatus.NOT_FOUND.value()
                            ? Problem.nothingHere()
                            : Problem.of(known.getStatusCode().value()));
            return;
        }
        if (response.isCommitted() || e instanceof IOException) {
            log.debug("The client went away", e);
            return;
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        problems.write(response, Problem.of(HttpStatus.INTERNAL_SERVER_ERROR.value()));
    }

    private static void allow(HttpHeaders headers, HttpServletResponse response) {
        String allow = headers.getFirst(HttpHeaders.ALLOW);
        if (allow != null) {
            response.setHeader(HttpHeaders.ALLOW, allow);
        }
    }
}
