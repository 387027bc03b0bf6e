package dev.facefuse.bench;

import java.util.List;

/** The networks of a fusion by name, as packs, inputs and contestants have them. */
final class Stage {
    static final String IDENTITY = "identity";

    /** Runs for two faces, the user's and the template's. */
    static final String SHAPE = "shape";

    static final String GENERATOR = "generator";
    static final String ENHANCER = "enhancer";

    /** The networks to run, in their order. */
    static final List<String> ALL = List.of(IDENTITY, SHAPE, GENERATOR, ENHANCER);

    private Stage() {}
}
