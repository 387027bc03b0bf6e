package dev.facefuse.function.http;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Part of readiness: a process whose native libraries cannot be loaded gets no more requests. */
final class EngineHealthIndicator implements HealthIndicator {
    private final Engine engine;

    EngineHealthIndicator(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Health health() {
        FuseException failure = engine.failure();
        return failure == null
                ? Health.up().build()
                : Health.down().withDetail("code", failure.code().code()).build();
    }
}
