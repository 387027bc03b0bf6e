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

/** What everybody saw. Safe for use by any thread. */
final class Journal {
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, String> pictures = new ConcurrentHashMap<>();

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Something that must not be. */
    void fault(String sentence) {
        faults.add(sentence);
    }

    /** The same request must have the same picture every time. */
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

    /** How many requests had a picture at least once. */
    int pictures() {
        return pictures.size();
    }
}
