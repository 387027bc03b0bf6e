package dev.facefuse.bench;

import java.util.List;

/**
 * How a contest is held.
 *
 * @param rounds that count; in each everybody runs once
 * @param warmUp rounds before them
 * @param threads that an operation is shared among
 * @param stages networks that are run, in their order
 */
record ContestSettings(int rounds, int warmUp, int threads, List<String> stages) {
    ContestSettings {
        if (rounds < 1 || warmUp < 0 || threads < 1) {
            throw new IllegalArgumentException("A contest takes at least one round and one thread");
        }
        if (stages.isEmpty() || !Stage.ALL.containsAll(stages)) {
            throw new IllegalArgumentException("There are the stages " + Stage.ALL + ", not all of " + stages);
        }
        stages = Stage.ALL.stream().filter(stages::contains).toList();
    }
}
