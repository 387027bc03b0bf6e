package dev.facefuse.bench;

import dev.facefuse.bench.FusePost.Upload;
import dev.facefuse.bench.LoadClient.Exchange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The summary of a load on a server with one permit.
 *
 * @param answers how many of each status; 0 is for those that were lost
 * @param resultsPerSecond from the first result to the last
 * @param results answers with 200, as the clients saw them
 * @param refusals answers with 429
 * @param lateness of a thread that sleeps for a millisecond: the time that any thread waits for a processor
 * @param clientsShare of the processors' time that the clients used, 0 … 1
 * @param serverShare of it that the server used
 */
record Load(
        int clients,
        Upload upload,
        Map<Integer, Integer> answers,
        double resultsPerSecond,
        Latencies results,
        Latencies refusals,
        Latencies lateness,
        double clientsShare,
        double serverShare,
        MachineLoad machineLoad) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** How many there are of each status. */
    static Map<Integer, Integer> count(List<Exchange> exchanges) {
        return exchanges.stream()
                .collect(Collectors.groupingBy(Exchange::status, TreeMap::new, Collectors.summingInt(exchange -> 1)));
    }

    /** Results per second between the end of the first result and the end of the last one; 0 if there are fewer than two. */
    static double resultsPerSecond(List<Exchange> exchanges) {
        long[] ends = exchanges.stream()
                .filter(exchange -> exchange.status() == HttpReply.OK)
                .mapToLong(Exchange::endNanos)
                .sorted()
                .toArray();
        return ends.length < 2 ? 0 : NANOS_PER_SECOND * (ends.length - 1) / (ends[ends.length - 1] - ends[0]);
    }

    /** The times of all with this status. */
    static Latencies latencies(List<Exchange> exchanges, int status) {
        return Latencies.of(exchanges.stream()
                .filter(exchange -> exchange.status() == status)
                .map(Exchange::millis)
                .toList());
    }

    /** Whether there were results, and every request had one or a refusal. */
    boolean isGood() {
        return answers.containsKey(HttpReply.OK)
                && answers.keySet().stream().allMatch(status -> status == HttpReply.OK || status == HttpReply.BUSY);
    }

    int requests() {
        return answers.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Requests that were lost or had an answer that is neither a result nor a refusal. */
    int others() {
        return requests() - answers.getOrDefault(HttpReply.OK, 0) - answers.getOrDefault(HttpReply.BUSY, 0);
    }
}
