package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/** One object's address, parsed once and strictly: what could be read in two ways is refused. */
sealed interface Location permits S3Location, FileLocation, WebLocation {
    int LONGEST_CHARACTERS = 4096;

    /** How to name it to people: without query, fragment and user. */
    String display();

    /** The characters after the last slash of its path, decoded; empty if there are none. */
    String name();

    /**
     * Parses a URI.
     *
     * @throws FuseException {@code bad-request} for any other kind of URI, without repeating it
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

    /** Whether a path has {@code .} or {@code ..} for a name somewhere: one reader goes up a folder where another does not. */
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
