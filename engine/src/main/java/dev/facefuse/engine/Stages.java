package dev.facefuse.engine;

import dev.facefuse.engine.fusion.Fusion;
import java.util.List;
import java.util.stream.Stream;

/**
 * The stages of one fusion, in their order.
 *
 * @param fusing those that are the fusion's own
 */
record Stages(List<Fusion.Step> fusing) {
    static final String READ_TEMPLATE = "read-template";
    static final String FIND_TEMPLATE_FACE = "find-template-face";
    static final String READ_USER = "read-user";
    static final String FIND_USER_FACE = "find-user-face";
    static final String EMBED = "embed";
    static final String PASTE = "paste";
    static final String RETOUCH = "retouch";
    static final String COMPARE = "compare";
    static final String WRITE = "write";
    static final String LABEL = "label";

    private static final List<String> BEFORE =
            List.of(READ_TEMPLATE, FIND_TEMPLATE_FACE, READ_USER, FIND_USER_FACE, EMBED);
    private static final List<String> AFTER = List.of(PASTE, RETOUCH, COMPARE, WRITE, LABEL);

    List<String> names() {
        return Stream.of(BEFORE.stream(), fusing.stream().map(Fusion.Step::name), AFTER.stream())
                .flatMap(names -> names)
                .toList();
    }

    /** The roles of the networks that a stage runs. */
    List<String> rolesOf(String stage) {
        return switch (stage) {
            case FIND_TEMPLATE_FACE, FIND_USER_FACE -> List.of(FaceNetworks.DETECTOR, FaceNetworks.MESH);
            case EMBED -> List.of(FaceNetworks.EMBEDDING);
            case COMPARE -> List.of(FaceNetworks.MESH, FaceNetworks.EMBEDDING);
            default ->
                fusing.stream()
                        .filter(step -> step.name().equals(stage))
                        .findFirst()
                        .map(Fusion.Step::roles)
                        .orElse(List.of());
        };
    }

    /** Whether float planes of the fusion are in memory: from its first stage until its face is part of the template. */
    boolean holdsPlanes(String stage) {
        return isWithin(stage, fusing.get(0).name(), RETOUCH);
    }

    /** Whether the user's picture is in memory: from when it is read until the fused face is part of the template. */
    boolean holdsUser(String stage) {
        return isWithin(stage, READ_USER, RETOUCH);
    }

    private boolean isWithin(String stage, String first, String last) {
        List<String> names = names();
        int index = names.indexOf(stage);
        return index >= names.indexOf(first) && index <= names.indexOf(last);
    }
}
