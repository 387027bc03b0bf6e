package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/** The location of an object, parsed once and strictly: an ambiguous URI is refused. */
sealed interface Location permits S3Location, FileLocation, WebLocation {
    int LONGEST_CHARACTERS = 4096;

    /** The location for messages, without query, fragment and user. */
    String display();

    /** The decoded characters after the last slash of the path; may be empty. */
    String name();

    /**
     * Parses a URI.
     *
     * @throws FuseException {@code bad-request} for another kind of URI; the message does not repeat it
     */
    static Location parse(String uri) {
        if (uri.length() > LONGEST_CHARACTERS) {
            throw bad("A uri is longer than " + LONGEST_CHARACTERS + " characters; send a shorter one.");
        }
        if (S3Location.matches(uri)) {
            return S3Location.parse(uri);
        }
        if (FileLocation.matches(uri)) {
            return FileLocation.parse(uri);
        }
        if (WebLocation.matches(uri)) {
            return WebLocation.parse(uri);
        }
        throw bad("A uri must begin with s3://, file:/// or, where the service allows its host, https://.");
    }

    /** Whether {@code .} or {@code ..} is a segment of a path: programs disagree on what it means. */
    static boolean hasDots(String path) {
        for (String name : path.split("/", -1)) {
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }

    static FuseException bad(String sentence) {
        return new FuseException(ErrorCode.BAD_REQUEST, sentence);
    }
}
