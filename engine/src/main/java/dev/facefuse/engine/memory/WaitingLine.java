package dev.facefuse.engine.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Who is inside and who waits, first come first served. Knows no threads and no time, and is not thread-safe: {@link Admission}
 * guards it.
 */
final class WaitingLine {
    private final int permits;
    private final int queue;
    private final Deque<Place> waiting = new ArrayDeque<>();
    private int inside;

    /** An empty line. */
    WaitingLine(int permits, int queue) {
        this.permits = permits;
        this.queue = queue;
    }

    /** Comes in if a permit is free, else waits if there is room; null if there is none. */
    @Nullable
    Place join() {
        Place place = new Place();
        if (inside < permits) { // Then nobody waits: a permit given back goes to the first in line.
            place.state = State.INSIDE;
            inside++;
            return place;
        }
        if (waiting.size() < queue) {
            waiting.addLast(place);
            return place;
        }
        return null;
    }

    /**
     * Gives the place up, wherever it is; a permit goes to the first in line. A second time does nothing.
     *
     * @return whether it was inside
     */
    boolean leave(Place place) {
        State before = place.state;
        place.state = State.GONE;
        switch (before) {
            case WAITING -> waiting.remove(place);
            case INSIDE -> {
                Place next = waiting.pollFirst();
                if (next == null) {
                    inside--;
                } else {
                    next.state = State.INSIDE;
                }
            }
            case GONE -> {}
        }
        return before == State.INSIDE;
    }

    /** Whether the next one to join would be turned away. */
    boolean isFull() {
        return inside == permits && waiting.size() == queue;
    }

    int inside() {
        return inside;
    }

    int waiting() {
        return waiting.size();
    }

    private enum State {
        WAITING,
        INSIDE,
        GONE
    }

    /** Somebody's place, inside or in line. */
    static final class Place {
        private State state = State.WAITING;

        private Place() {}

        boolean isInside() {
            return state == State.INSIDE;
        }
    }
}
