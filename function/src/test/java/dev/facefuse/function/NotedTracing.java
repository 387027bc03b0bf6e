package dev.facefuse.function;

import dev.facefuse.engine.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Notes what it is told, in its order. */
public final class NotedTracing implements FusionTracing {
    public final List<String> notes = new ArrayList<>();

    @Override
    public FuseOutput follow(RequestContext context, Function<RequestContext, FuseOutput> fusion) {
        notes.add("follow");
        return fusion.apply(context);
    }

    @Override
    public Joined join(Function<String, @Nullable String> fields) {
        notes.add("join " + fields.apply("traceparent"));
        return () -> notes.add("leave");
    }

    @Override
    public Map<String, String> fields() {
        return Map.of();
    }

    @Override
    public void flush() {
        notes.add("flush");
    }

    @Override
    public void close() {
        notes.add("close");
    }
}
