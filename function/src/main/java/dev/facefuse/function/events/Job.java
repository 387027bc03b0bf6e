package dev.facefuse.function.events;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fusion that an upload asks for. {@code incoming/<template>/<photo>} is a user's photo, to be fused into the template of that name.
 * {@code incoming/<job>/job.json} names its pictures itself. Every other object, a result for example, asks for nothing.
 *
 * @param upload the object that was uploaded
 * @param name the name of its results, below their prefix and without extension: {@code <template>/<photo>} or {@code <job>}
 * @param template the template's name without extension; null for a {@code job.json}
 */
record Job(Upload upload, String name, @Nullable String template) {
    private static final String JOB_FILE = "job.json";

    /** The report of an upload with such a name would have the name of another upload's error. */
    private static final String ERROR = ".error";

    /**
     * The job that an upload asks for; empty if its key is outside the prefix, is not exactly one folder below it, or contains a name
     * that no result can have.
     */
    static Optional<Job> of(Upload upload, EventSettings settings) {
        if (!upload.key().startsWith(settings.incoming())) {
            return Optional.empty();
        }
        String[] names = upload.key().substring(settings.incoming().length()).split("/", -1);
        if (names.length != 2 || !isPlain(names[0]) || !isPlain(names[1])) {
            return Optional.empty();
        }
        return Optional.of(
                names[1].equals(JOB_FILE)
                        ? new Job(upload, names[0], null)
                        : new Job(upload, names[0] + "/" + names[1], names[0]));
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && !name.endsWith(ERROR)
                && name.chars().noneMatch(Character::isISOControl);
    }
}
