package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import dev.facefuse.function.StoredState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the pictures of a job and their versions. It reads {@code job.json}, but no picture. */
final class InputResolver {
    private static final long LONGEST_JOB_BYTES = 64 << 10;

    /** In order of preference, in case a template's name exists with several extensions. */
    private static final List<String> EXTENSIONS = List.of("jpg", "jpeg", "png", "webp", "bmp", "tiff", "tif");

    private static final Pattern ABSOLUTE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*", Pattern.DOTALL);
    private static final String MISSING = "missing";

    private final Storage storage;
    private final FuseJson json;
    private final EventSettings settings;

    InputResolver(Storage storage, FuseJson json, EventSettings settings) {
        this.storage = storage;
        this.json = json;
        this.settings = settings;
    }

    /**
     * A job's input, or the error that prevents it.
     *
     * @param versions of every object that was looked at, also of those behind the error
     * @param input for the function; null if there is an error
     * @param error remains until something is uploaded; null if there is an input
     */
    record Inputs(
            SourceVersions versions,
            @Nullable FuseInput input,
            @Nullable FuseException error) {

        /** @throws FuseException the error, if there is one */
        FuseInput required() {
            if (input != null) {
                return input;
            }
            throw error == null ? new IllegalStateException("There is neither an input nor an error") : error;
        }
    }

    /**
     * The inputs of a job; empty if the upload no longer exists or is a result of this program.
     *
     * @throws FuseException retryable errors, and {@code storage-denied} if the upload itself may not be read
     */
    Optional<Inputs> resolve(Job job) {
        Upload upload = job.upload();
        return storage.find(upload.uri())
                .filter(state -> !ResultMetadata.marks(state))
                .map(state -> job.template() == null
                        ? ofJobFile(upload, SourceVersions.NONE.with("job", state.etag()))
                        : ofPhoto(upload, job.template(), SourceVersions.NONE.with("user", state.etag())));
    }

    private Inputs ofPhoto(Upload photo, String template, SourceVersions versions) {
        String stem = "s3://" + photo.bucket() + "/" + settings.templates() + template;
        for (String extension : EXTENSIONS) {
            String uri = stem + "." + extension;
            Optional<StoredState> found = storage.find(uri);
            if (found.isPresent()) {
                FuseInput input = new FuseInput(FuseInput.Picture.at(uri), FuseInput.Picture.at(photo.uri()), null);
                return new Inputs(versions.with("template", found.get().etag()), input, null);
            }
        }
        return new Inputs(
                versions.with("template", MISSING),
                null,
                new FuseException(
                        ErrorCode.STORAGE_NOT_FOUND,
                        "There is no template " + stem
                                + ".jpg, nor with another format's extension; upload one, then the"
                                + " photo again."));
    }

    private Inputs ofJobFile(Upload file, SourceVersions versions) {
        try {
            FuseInput described =
                    described(storage.read(file.uri(), LONGEST_JOB_BYTES).bytes());
            FuseInput.Picture template = absolute(described.template(), file);
            FuseInput.Picture user = absolute(described.user(), file);
            Inputs found = find("user", user, find("template", template, new Inputs(versions, null, null)));
            return found.error() != null
                    ? found
                    : new Inputs(found.versions(), new FuseInput(template, user, described.options()), null);
        } catch (FuseException e) {
            if (e.code().isRetryable()) {
                throw e;
            }
            return new Inputs(versions, null, e);
        }
    }

    private FuseInput described(byte[] file) {
        try {
            FuseInput input = json.read(new ByteArrayInputStream(file));
            if (input.output() != null) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "A job has no output; its result goes to " + settings.fused() + ", named like its folder.");
            }
            return input;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A URI without a scheme is a key: with a leading slash from the bucket's root, else relative to the job's folder. */
    private static FuseInput.Picture absolute(FuseInput.Picture picture, Upload job) {
        String uri = picture.uri();
        if (uri == null || ABSOLUTE.matcher(uri).matches()) {
            return picture;
        }
        String folder = job.key().substring(0, job.key().lastIndexOf('/') + 1);
        return FuseInput.Picture.at(
                "s3://" + job.bucket() + "/" + (uri.startsWith("/") ? uri.substring(1) : folder + uri));
    }

    /** Adds the version of one of the job's pictures; if the picture is missing or denied, that and the first such error. */
    private Inputs find(String role, FuseInput.Picture picture, Inputs before) {
        String uri = picture.uri();
        if (uri == null) {
            return before; // The picture is part of job.json, whose version is already included.
        }
        String version;
        FuseException error;
        try {
            Optional<StoredState> found = storage.find(uri);
            version = found.map(StoredState::etag).orElse(MISSING);
            error = found.isPresent()
                    ? null
                    : new FuseException(
                            ErrorCode.STORAGE_NOT_FOUND,
                            "The job's " + role + " does not exist; upload it, then job.json again.");
        } catch (FuseException e) {
            if (e.code().isRetryable()) {
                throw e;
            }
            version = e.code().code();
            error = e;
        }
        return new Inputs(before.versions().with(role, version), null, before.error() != null ? before.error() : error);
    }
}
