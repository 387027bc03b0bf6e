package dev.facefuse.bench;

import java.util.List;
import java.util.Map;

/**
 * One run of the networks, as a contestant tells it.
 *
 * @param millis by stage, in their order
 * @param values by stage, a hundred of the output's, evenly spread: the same for everybody who computes the same
 */
record Answer(Map<String, Double> millis, Map<String, List<Double>> values) {}
