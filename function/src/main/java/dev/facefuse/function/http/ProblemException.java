package dev.facefuse.function.http;

/** Ends a request with a problem response. */
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail().getDetail());
        this.problem = problem;
    }

    /** The response. */
    public Problem problem() {
        return problem;
    }
}
