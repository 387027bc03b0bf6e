package dev.facefuse.function.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The outcome of one event: counts for the log, outcomes for the caller. For one thread. */
final class EventTally {
    private final int uploads;
    private final int unknownItems;
    private final int subscriptions;
    private final List<Outcome> outcomes = new ArrayList<>();
    private int faults;

    /** The tally of an event whose processing has not begun. */
    EventTally(EventParser.ParsedEvent event) {
        this.uploads = event.uploads().size();
        this.unknownItems = event.unknownItems();
        this.subscriptions = event.subscriptions();
    }

    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    /** Counts an upload that ended in an exception. */
    void addFault() {
        faults++;
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    /** How many uploads were not begun. */
    int left() {
        return uploads - done();
    }

    /** Whether an upload was processed. */
    boolean isBegun() {
        return done() > 0;
    }

    private int done() {
        return outcomes.size() + faults;
    }

    /** {@code 3 of 5 uploads}. */
    String progress() {
        return done() + " of " + uploads + " uploads";
    }

    /** Every count that is not 0, on one line. */
    @Override
    public String toString() {
        StringJoiner counts = new StringJoiner(", ");
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            add(counts, outcomes.stream().filter(it -> it.kind() == kind).count(), name(kind));
        }
        add(counts, faults, "with an error to be tried again or reported");
        add(counts, left(), "not begun");
        add(counts, unknownItems, "items of no kind that is known, left out");
        add(counts, subscriptions, "SNS subscriptions to be confirmed at the topic");
        return "An event with " + uploads + " uploads" + (counts.length() == 0 ? "" : ": " + counts);
    }

    private static String name(Outcome.Kind kind) {
        return kind == Outcome.Kind.IGNORED
                ? "ignored (elsewhere, no longer there, or a result)"
                : kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void add(StringJoiner counts, long count, String what) {
        if (count > 0) {
            counts.add(count + " " + what);
        }
    }
}
