package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.storage.MemoryS3;
import dev.facefuse.function.storage.UriStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** Events that somebody damaged, by chance or on purpose: never a crash, never a touch of what is not allowed. */
class EventMutationTest {
    /** Values that an attacker would insert. */
    private static final List<String> WORDS = List.of(
            "private",
            "incoming/",
            "fused/",
            "templates/",
            "../",
            "%2e%2e%2f",
            "..%2Fprivate%2F",
            "+",
            "%",
            "%00",
            "\\u0000",
            "job.json",
            "//",
            "s3://private/",
            "http://169.254.169.254/",
            "ObjectCreated:Put",
            "\"",
            "{",
            "}",
            "[",
            "]",
            "null",
            "1e999",
            "\\ud800",
            "é",
            "9".repeat(400),
            "x".repeat(2000));

    private static final List<String> TOUCHABLE =
            List.of("s3://photos/incoming/", "s3://photos/templates/", "s3://photos/fused/");

    private final MemoryS3 s3 = new MemoryS3();
    private final FuseJson json = new FuseJson(1000);
    private final UriStorage storage = s3.storage(TOUCHABLE.subList(0, 2), TOUCHABLE.subList(2, 3));
    private final UploadFunction function = new UploadFunction(
            new FuseFunction(new FakeEngine(), storage, json)::apply, storage, json, EventSettings.DEFAULT);

    @Property(tries = 10_000, seed = "4711", shrinking = ShrinkingMode.OFF)
    void staysWithinWhatIsAllowed(@ForAll Random random) throws IOException {
        s3.with("s3://photos/templates/portrait.jpg", new byte[] {1})
                .with("s3://photos/incoming/portrait/me.jpg", new byte[] {2})
                .with("s3://private/incoming/portrait/me.jpg", new byte[] {3});
        String sample = Samples.NAMES.get(random.nextInt(Samples.NAMES.size()));
        byte[] body = mutated(Samples.bytes(sample), random);
        try {
            List<Outcome> outcomes = function.apply(new Event(
                    EventJson.read(new ByteArrayInputStream(body)), random.nextBoolean() ? Samples.GOOGLE : Map.of()));
            outcomes.forEach(outcome -> Statistics.collect(outcome.kind()));
        } catch (FuseException e) {
            assertThat(e.getMessage()).endsWith(".").doesNotContain("Exception", "\n");
        }
        assertThat(s3.calls)
                .allMatch(call -> TOUCHABLE.stream().anyMatch(call.substring(call.indexOf(' ') + 1)::startsWith));
        s3.calls.clear();
        s3.objects.clear();
    }

    private static byte[] mutated(byte[] sample, Random random) {
        StringBuilder text = new StringBuilder(new String(sample, StandardCharsets.UTF_8));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(0x180));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.insert(at, word(random));
                case 4 -> replace(text, "photos", word(random));
                default -> replace(text, random.nextBoolean() ? "portrait" : "me.jpg", word(random));
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static void replace(StringBuilder text, String what, String by) {
        int at = text.indexOf(what);
        if (at >= 0) {
            text.replace(at, at + what.length(), by);
        }
    }
}
