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

/** Finds what a job needs, and which versions there are of it. Of pictures nothing is read yet. */
final class Gather {
    private static final long LONGEST_JOB_BYTES = 64 << 10;

    /** In this order: of two templates with one name the first is taken. */
    private static final List<String> EXTENSIONS = List.of("jpg", "jpeg", "png", "webp", "bmp", "tiff", "tif");

    private static final Pattern ABSOLUTE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*", Pattern.DOTALL);
    private static final String MISSING = "missing";

    private final Storage storage;
    private final FuseJson json;
    private final EventSettings settings;

    Gather(Storage storage, FuseJson json, EventSettings settings) {
        this.storage = storage;
        this.json = json;
        this.settings = settings;
    }

    /**
     * What the job needs; empty if the upload asks for nothing any more, because it is gone or a result of ours.
     *
     * @throws FuseException faults that may pass, and {@code storage-denied} if the upload itself may not be read
     */
    Optional<Ingredients> of(Job job) {
        return job instanceof Job.Photo photo ? ofPhoto(photo) : ofDescribed(job.upload());
    }

    private Optional<Ingredients> ofPhoto(Job.Photo photo) {
        Optional<StoredState> user = storage.find(photo.upload().uri()).filter(state -> !ResultMetadata.marks(state));
        if (user.isEmpty()) {
            return Optional.empty();
        }
        Sources sources = Sources.NONE.with("user", user.get().etag());
        String stem = "s3://" + photo.upload().bucket() + "/" + settings.templates() + photo.template();
        for (String extension : EXTENSIONS) {
            String template = stem + "." + extension;
            Optional<StoredState> found = storage.find(template);
            if (found.isPresent()) {
                FuseInput input = new FuseInput(
                        FuseInput.Picture.at(template),
                        FuseInput.Picture.at(photo.upload().uri()),
                        null);
                return Optional.of(
                        Ingredients.of(sources.with("template", found.get().etag()), input));
            }
        }
        return Optional.of(Ingredients.flawed(
                sources.with("template", MISSING),
                new FuseException(
                        ErrorCode.STORAGE_NOT_FOUND,
                        "There is no template " + stem
                                + ".jpg, nor with another format's extension; upload one, then the"
                                + " photo again.")));
    }

    private Optional<Ingredients> ofDescribed(Upload upload) {
        Optional<StoredState> file = storage.find(upload.uri()).filter(state -> !ResultMetadata.marks(state));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Sources sources = Sources.NONE.with("job", file.get().etag());
        try {
            FuseInput described =
                    described(storage.read(upload.uri(), LONGEST_JOB_BYTES).bytes());
            FuseInput.Picture template = absolute(described.template(), upload);
            FuseInput.Picture user = absolute(described.user(), upload);
            Looked looked = look("user", user, look("template", template, new Looked(sources, Optional.empty())));
            return Optional.of(
                    looked.flaw.isPresent()
                            ? Ingredients.flawed(looked.sources, looked.flaw.get())
                            : Ingredients.of(looked.sources, new FuseInput(template, user, described.options())));
        } catch (FuseException e) {
            if (Faults.mayPass(e)) {
                throw e;
            }
            return Optional.of(Ingredients.flawed(sources, e));
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

    /** A URI without a scheme is a key: behind a slash the bucket's, else relative to the job's folder. */
    private static FuseInput.Picture absolute(FuseInput.Picture picture, Upload job) {
        String uri = picture.uri();
        if (uri == null || ABSOLUTE.matcher(uri).matches()) {
            return picture;
        }
        String folder = job.key().substring(0, job.key().lastIndexOf('/') + 1);
        return FuseInput.Picture.at(
                "s3://" + job.bucket() + "/" + (uri.startsWith("/") ? uri.substring(1) : folder + uri));
    }

    /** Adds a picture's version; of one that is missing or not allowed, that, and the flaw. */
    private Looked look(String role, FuseInput.Picture picture, Looked before) {
        String uri = picture.uri();
        if (uri == null) {
            return before; // It is in the job's file, whose version is known.
        }
        try {
            Optional<StoredState> found = storage.find(uri);
            return found.isPresent()
                    ? before.with(role, found.get().etag(), null)
                    : before.with(
                            role,
                            MISSING,
                            new FuseException(
                                    ErrorCode.STORAGE_NOT_FOUND,
                                    "The job's " + role + " does not exist; upload it, then job.json again."));
        } catch (FuseException e) {
            if (Faults.mayPass(e)) {
                throw e;
            }
            return before.with(role, e.code().code(), e);
        }
    }

    private record Looked(Sources sources, Optional<FuseException> flaw) {
        Looked with(String role, String version, @Nullable FuseException more) {
            return new Looked(sources.with(role, version), flaw.or(() -> Optional.ofNullable(more)));
        }
    }
}
