package dev.facefuse.function.events;

import java.util.Optional;

/** Tells by its key what an upload asks for. Whatever lies elsewhere, results above all, asks for nothing. */
final class Recognise {
    static final String JOB_FILE = "job.json";

    /** The report of such a name would lie where another's error does. */
    private static final String ERROR = ".error";

    private Recognise() {}

    /**
     * The job; empty for an object that is none of them: outside of the prefix, deeper or less deep in it, a folder, or of a name
     * that no result can have.
     */
    static Optional<Job> job(Upload upload, EventSettings settings) {
        if (!upload.key().startsWith(settings.incoming())) {
            return Optional.empty();
        }
        String[] names = upload.key().substring(settings.incoming().length()).split("/", -1);
        if (names.length != 2 || !isPlain(names[0]) || !isPlain(names[1])) {
            return Optional.empty();
        }
        return Optional.of(
                names[1].equals(JOB_FILE)
                        ? new Job.Described(upload, names[0])
                        : new Job.Photo(upload, names[0], names[1]));
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && !name.endsWith(ERROR)
                && name.chars().noneMatch(Character::isISOControl);
    }
}
