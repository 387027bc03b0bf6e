package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Translates errors of S3 to the contract's errors. The SDK's message stays in the cause, because it names hosts and request ids. */
final class S3Errors {
    private static final int NO_ANSWER = 0;
    private static final int REQUEST_TIMEOUT = 408;

    private S3Errors() {}

    /** The HTTP status of the response; 0 if there was no response. */
    static int status(SdkException e) {
        if (!(e instanceof AwsServiceException answered)) {
            return NO_ANSWER;
        }
        // S3 answers a slow request with 400, but it may succeed next time.
        return answered.awsErrorDetails() != null
                        && "RequestTimeout".equals(answered.awsErrorDetails().errorCode())
                ? REQUEST_TIMEOUT
                : answered.statusCode();
    }

    /**
     * The error of the contract.
     *
     * @param done the operation, as in {@code cannot be read}
     */
    static FuseException named(SdkException e, S3Location location, String done) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FuseException named) {
                return named;
            }
        }
        if (e instanceof AbortedException) {
            Thread.currentThread().interrupt();
        }
        String what = location.display();
        return switch (status(e)) {
            case NO_ANSWER -> unanswered(e, what, done);
            case 404 ->
                new FuseException(ErrorCode.STORAGE_NOT_FOUND, what + " does not exist; check bucket and key.", e);
            case 401, 403 ->
                new FuseException(
                        ErrorCode.STORAGE_DENIED,
                        what + " may not be " + done + " with this service's credentials; give them the right to.",
                        e);
            case 301, 307, 400 ->
                new FuseException(
                        ErrorCode.STORAGE_DENIED,
                        what + " cannot be " + done + " (the store answers " + status(e)
                                + "); check the region, endpoint and addressing in facefuse.storage.s3.",
                        e);
            default ->
                new FuseException(
                        ErrorCode.TIMEOUT,
                        what + " cannot be " + done + " now (the store answers " + status(e) + "); try again later.",
                        e);
        };
    }

    private static FuseException unanswered(SdkException e, String what, String done) {
        if (String.valueOf(e.getMessage()).contains("credentials")) {
            return new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    what + " cannot be " + done + " because no credentials were found; set AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY, or give the service a role.",
                    e);
        }
        return new FuseException(
                ErrorCode.TIMEOUT,
                what + " cannot be " + done + " now (the store did not answer in time); try again later.",
                e);
    }
}
