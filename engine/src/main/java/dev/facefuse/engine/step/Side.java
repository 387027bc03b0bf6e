package dev.facefuse.engine.step;

/** One of the two pictures of a fusion. */
public enum Side {
    TEMPLATE("template", "the template"),
    USER("user", "the user's picture");

    private final String label;
    private final String title;

    Side(String label, String title) {
        this.label = label;
        this.title = title;
    }

    /** In names of steps and in messages, {@code template}. */
    public String label() {
        return label;
    }

    /** The decoded picture, in explanations of memory, {@code the template}. */
    String title() {
        return title;
    }
}
