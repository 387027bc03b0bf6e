package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.nativelib.ProcessNative;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class EarlyEngineTest {
    private static final EngineSettings OTHER = EngineSettings.DEFAULT;

    private final FakeEngine fake = new FakeEngine();

    @Test
    void opensOnceWithTheSettingsThatWillBeTheBeans() {
        BlockingQueue<EngineSettings> openings = new LinkedBlockingQueue<>();
        EngineOpener opener = initialized(
                new EarlyEngine(settings -> {
                    openings.add(settings);
                    return fake;
                }),
                Map.of("facefuse.pack", "packs/mine"));

        assertThat(opener.open().apply(OTHER)).isSameAs(fake);
        assertThat(openings).extracting(EngineSettings::pack).containsExactly("packs/mine");
    }

    /** It is not safe for use from several threads. */
    @Test
    void theProcessesEnvironmentIsCompleteBeforeASecondThreadStarts() {
        BlockingQueue<String> found = new LinkedBlockingQueue<>();
        EngineOpener opener = initialized(
                new EarlyEngine(settings -> {
                    found.add(Thread.currentThread().getName());
                    for (String name : new String[] {"OMP_WAIT_POLICY", "OPENCV_LOG_LEVEL", "PYTORCH_ALLOC_CONF"}) {
                        found.add(String.valueOf(ProcessNative.getEnvironment(name)));
                    }
                    return fake;
                }),
                Map.of());

        assertThat(opener.open().apply(OTHER)).isSameAs(fake);
        assertThat(found)
                .startsWith("facefuse-engine-open")
                .hasSize(4)
                .doesNotContain("null", Thread.currentThread().getName());
    }

    @Test
    void handsOnWhyThereIsNone() {
        FuseException failure = new FuseException(ErrorCode.PACK_INVALID, "No pack.");
        EngineOpener opener = initialized(
                new EarlyEngine(settings -> {
                    throw failure;
                }),
                Map.of());

        assertThatThrownBy(() -> opener.open().apply(OTHER)).isSameAs(failure);
    }

    @Test
    void leavesSettingsThatAreNotUnderstoodToTheirBean() {
        EngineOpener opener = initialized(new EarlyEngine(fake::open), Map.of("facefuse.admission.permits", "many"));

        assertThat(fake.settings).isNull();
        assertThat(opener.open().apply(OTHER)).isSameAs(fake);
        assertThat(fake.settings).isSameAs(OTHER);
    }

    @Test
    void closesAnEngineThatNobodyAskedFor() {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        Function<EngineSettings, Engine> opener = settings -> telling(events);
        EarlyEngine asked = new EarlyEngine(opener);
        assertThat(initialized(asked, Map.of()).open().apply(OTHER)).isNotNull();
        asked.close();
        assertThat(events).isEmpty();

        EarlyEngine unasked = new EarlyEngine(opener);
        initialized(unasked, Map.of());
        unasked.close();
        assertThat(events).containsExactly("close");
    }

    /** An engine that tells what is called. */
    private static Engine telling(BlockingQueue<String> events) {
        return (Engine) Proxy.newProxyInstance(
                Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, arguments) -> {
                    events.add(method.getName());
                    return null;
                });
    }

    private static EngineOpener initialized(EarlyEngine engine, Map<String, Object> settings) {
        GenericApplicationContext context = new GenericApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        engine.initialize(context);
        return context.getBeanFactory().getBean(EngineOpener.BEAN, EngineOpener.class);
    }
}
