package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Part of readiness: a process whose native libraries cannot be loaded gets no more requests. */
final class EngineHealthIndicator implements HealthIndicator {
    private final FuseEngine engine;

    EngineHealthIndicator(FuseEngine engine) {
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
