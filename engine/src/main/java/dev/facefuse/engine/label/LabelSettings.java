package dev.facefuse.engine.label;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * The label of every fused picture.
 *
 * @param implicit whether the metadata say that the picture is generated, and by which program
 * @param producer name or code of the service's provider: {@code ContentProducer} of GB 45438-2025
 * @param propagator name or code of the distributor, {@code ContentPropagator}; empty if the distributor adds it
 * @param mark visible mark of all pictures, also if the request asks for none
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

    /** These settings with or without the label in the metadata. */
    public LabelSettings withImplicit(boolean other) {
        return new LabelSettings(other, producer, propagator, mark);
    }

    /** These settings with another producer. */
    public LabelSettings withProducer(String other) {
        return new LabelSettings(implicit, other, propagator, mark);
    }
}
