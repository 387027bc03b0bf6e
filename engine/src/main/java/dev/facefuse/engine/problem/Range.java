package dev.facefuse.engine.problem;

/**
 * The range of a numeric option, with both ends.
 *
 * @param option the option's name, for the error
 * @param min the smallest value
 * @param max the largest value
 */
public record Range(String option, float min, float max) {

    /**
     * Checks a value.
     *
     * @throws FuseException {@code bad-request} that names the option, the value and the range; NaN is outside every range
     */
    public void check(float value) {
        if (!(value >= min && value <= max)) {
            throw refused(Float.toString(value));
        }
    }

    /** Checks a whole number; otherwise like {@link #check(float)}. */
    public void check(int value) {
        if (value < min || value > max) {
            throw refused(Integer.toString(value));
        }
    }

    /** A bound as people write it: {@code 0}, not {@code 0.0}. */
    public static String text(float bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Float.toString(bound);
    }

    private FuseException refused(String value) {
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                option + " is " + value + "; it must be between " + text(min) + " and " + text(max) + ".");
    }
}
