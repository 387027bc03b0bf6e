package dev.facefuse.engine;

import dev.facefuse.engine.memory.HeapAdvice;

/** Opens an engine under a limit that is one byte less than the engine and the largest heap need, and prints the advice about it twice. */
final class HeapAdviceMain {
    private HeapAdviceMain() {}

    @SuppressWarnings("SystemOut") // Another process reads the output.
    public static void main(String[] arguments) {
        long limit = HeapAdvice.ENGINE_BYTES + Runtime.getRuntime().maxMemory() - 1;
        EngineSettings settings = EngineSettings.DEFAULT.with("mesh", "cpu");
        try (FuseEngine engine = FuseEngine.open(settings.with(settings.memory().withHostLimit(limit)))) {
            System.out.println(engine.heapAdvice());
            engine.diagnose().problems().forEach(System.out::println);
        }
    }
}
