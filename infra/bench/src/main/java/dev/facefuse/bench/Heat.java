package dev.facefuse.bench;

import java.util.List;

/**
 * A contest in one dtype.
 *
 * @param skipped why it was not held; empty if it was
 * @param reference the contestant, and its dtype, that everybody has to agree with
 */
record Heat(String dtype, String skipped, String reference, List<Standing> standings, Quiet quiet) {
    /** A heat that was not held. */
    static Heat skipped(String dtype, String why) {
        return new Heat(dtype, why, "", List.of(), Quiet.UNKNOWN);
    }
}
