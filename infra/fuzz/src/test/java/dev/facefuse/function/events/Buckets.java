package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.storage.MemoryS3;
import dev.facefuse.function.storage.UriStorage;
import java.util.List;

/** A store in memory with a template and photos, one of them where nobody may look. Closing it looks into its book. */
final class Buckets implements AutoCloseable {
    static final String JOB = "s3://photos/incoming/job/job.json";

    private static final List<String> READABLE = List.of("s3://photos/incoming/", "s3://photos/templates/");
    private static final String WRITABLE = "s3://photos/fused/";

    /** Shared: a mapper learns of a type once. */
    private static final FuseJson JSON = new FuseJson(1000);

    private final MemoryS3 s3 = new MemoryS3()
            .with("s3://photos/templates/portrait.jpg", new byte[] {1})
            .with("s3://photos/incoming/portrait/me.jpg", new byte[] {2})
            .with("s3://private/incoming/portrait/me.jpg", new byte[] {3});
    private final UriStorage storage = s3.storage(READABLE, List.of(WRITABLE));

    /** Puts the file that describes a job there. */
    Buckets withJob(byte[] description) {
        s3.with(JOB, description);
        return this;
    }

    UploadFunction events() {
        return new UploadFunction(
                new FuseFunction(new FakeEngine(), storage, JSON)::apply, storage, JSON, EventSettings.DEFAULT);
    }

    /** The object that was written; null if there is none. */
    byte[] written(String uri) {
        return s3.objects.containsKey(uri) ? s3.objects.get(uri).bytes() : null;
    }

    @Override
    public void close() {
        assertThat(s3.calls).allMatch(Buckets::isAllowed);
        storage.close();
    }

    private static boolean isAllowed(String call) {
        int space = call.indexOf(' ');
        String uri = call.substring(space + 1);
        boolean readable = READABLE.stream().anyMatch(uri::startsWith);
        return uri.startsWith(WRITABLE) || (readable && !call.startsWith("write"));
    }
}
