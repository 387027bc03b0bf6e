package dev.facefuse.function.events;

/** What an upload asks for. */
sealed interface Job {

    /** The object that was uploaded. */
    Upload upload();

    /** The results' name below their prefix, without extension. */
    String name();

    /**
     * {@code incoming/<job>/job.json}: the upload says itself what is to be fused.
     *
     * @param name the folder's
     */
    record Described(Upload upload, String name) implements Job {}

    /**
     * {@code incoming/<template>/<photo>}: the upload is the user's picture.
     *
     * @param template the template's name, which is the folder's
     * @param photo the upload's own name
     */
    record Photo(Upload upload, String template, String photo) implements Job {
        @Override
        public String name() {
            return template + "/" + photo;
        }
    }
}
