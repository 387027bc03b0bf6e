package dev.facefuse.bench;

import java.util.Map;

/** The result of a command of {@code run.sh}. Its JSON is committed, and documents quote only its figures. */
interface Report {
    /** The whole report in Markdown. */
    String markdown();

    /** Figures that sentences and other tables quote, by name: as they are written there, with their unit. */
    Map<String, String> figures();
}
