package dev.facefuse.soak;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The outcomes and faults of all actors. Thread-safe. */
final class Journal {
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, String> pictures = new ConcurrentHashMap<>();

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Records a fault. */
    void fault(String sentence) {
        faults.add(sentence);
    }

    /** Records a fault if the picture differs from the first one for the same request. */
    void picture(String request, byte[] picture) {
        String digest = digest(picture);
        String first = pictures.putIfAbsent(request, digest);
        if (first != null && !first.equals(digest)) {
            fault("The picture of " + request + " is another than the first time");
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Entry> entries() {
        return new ArrayList<>(entries);
    }

    List<String> faults() {
        return new ArrayList<>(faults);
    }

    /** The number of different requests that had a picture. */
    int pictures() {
        return pictures.size();
    }

    /**
     * The outcome of one act.
     *
     * @param seconds from the start of the load to the start of the act
     * @param millis that it took
     * @param status of the response; 0 if there is none because the client disconnected or the server rightly closed the connection
     */
    record Entry(String actor, double seconds, double millis, int status) {}
}
