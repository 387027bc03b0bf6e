package dev.facefuse.bench;

import java.util.Map;

/** What a command of {@code run.sh} found out; its JSON is committed, and documents show no other figures than its own. */
interface Report {
    /** All of it, for people. */
    String markdown();

    /** Figures that sentences and other tables quote, by name: as they are written there, with their unit. */
    Map<String, String> figures();
}
