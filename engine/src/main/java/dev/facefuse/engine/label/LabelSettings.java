package dev.facefuse.engine.label;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * What every fused picture says of itself.
 *
 * @param implicit whether its metadata say that it is made, and by what
 * @param producer who offers the service that makes it, by name or code: {@code ContentProducer} of GB 45438-2025
 * @param propagator who spreads it, {@code ContentPropagator}; empty if that is somebody else's to say
 * @param mark that pictures carry for everybody to see, whether a request asks for one or not
 */
public record LabelSettings(boolean implicit, String producer, String propagator, Mark mark) {
    /** A code by TC260's rules has 27 characters. */
    private static final int MOST_CHARACTERS = 200;

    public static final LabelSettings DEFAULT = new LabelSettings(true, "facefuse", "", Mark.NONE);

    public LabelSettings {
        require("label.producer", producer);
        require("label.propagator", propagator);
        if (producer.isBlank()) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "label.producer is empty; name who makes the pictures.");
        }
    }

    private static void require(String name, String value) {
        if (value.length() > MOST_CHARACTERS || value.codePoints().anyMatch(Character::isISOControl)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    name + " must be a name or code of at most " + MOST_CHARACTERS
                            + " characters, none of them a control character.");
        }
    }

    /** The same, with or without what metadata say. */
    public LabelSettings withImplicit(boolean other) {
        return new LabelSettings(other, producer, propagator, mark);
    }

    /** The same, made by somebody else. */
    public LabelSettings withProducer(String other) {
        return new LabelSettings(implicit, other, propagator, mark);
    }
}
