package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.nativelib.ProcessNative;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class EngineStarterTest {
    private final FakeEngine fake = new FakeEngine();

    @Test
    void opensOnceWithTheSettingsOfTheEnvironment() {
        BlockingQueue<EngineSettings> openings = new LinkedBlockingQueue<>();
        EngineStarter starter = started(
                settings -> {
                    openings.add(settings);
                    return fake;
                },
                Map.of("facefuse.pack", "packs/mine"));

        assertThat(starter.engine()).isSameAs(fake);
        assertThat(openings).extracting(EngineSettings::pack).containsExactly("packs/mine");
    }

    /** Changing it is not safe while other threads run. */
    @Test
    void theProcessesEnvironmentIsCompleteBeforeASecondThreadStarts() {
        BlockingQueue<String> found = new LinkedBlockingQueue<>();
        EngineStarter starter = started(
                settings -> {
                    found.add(Thread.currentThread().getName());
                    for (String name : new String[] {"OMP_WAIT_POLICY", "OPENCV_LOG_LEVEL", "PYTORCH_ALLOC_CONF"}) {
                        found.add(String.valueOf(ProcessNative.getEnvironment(name)));
                    }
                    return fake;
                },
                Map.of());

        assertThat(starter.engine()).isSameAs(fake);
        assertThat(found)
                .startsWith("facefuse-engine-open")
                .hasSize(4)
                .doesNotContain("null", Thread.currentThread().getName());
    }

    @Test
    void throwsWhatPreventedTheOpening() {
        FuseException failure = new FuseException(ErrorCode.PACK_INVALID, "No pack.");
        EngineStarter starter = started(
                settings -> {
                    throw failure;
                },
                Map.of());

        assertThatThrownBy(starter::engine).isSameAs(failure);
    }

    @Test
    void opensNothingForSettingsThatAreNotUnderstood() {
        EngineStarter starter = started(fake::open, Map.of("facefuse.admission.permits", "many"));

        assertThat(fake.settings).isNull();
        assertThatThrownBy(starter::engine).isInstanceOf(BindException.class);
        assertThat(fake.settings).isNull();
    }

    @Test
    void closesAnEngineThatNobodyHasTaken() {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        EngineStarter taken = started(settings -> recording(events), Map.of());
        assertThat(taken.engine()).isNotNull();
        taken.close();
        assertThat(events).isEmpty();

        started(settings -> recording(events), Map.of()).close();
        assertThat(events).containsExactly("close");
    }

    /** An engine that records the methods that are called. */
    private static FuseEngine recording(BlockingQueue<String> events) {
        return (FuseEngine) Proxy.newProxyInstance(
                FuseEngine.class.getClassLoader(), new Class<?>[] {FuseEngine.class}, (proxy, method, arguments) -> {
                    events.add(method.getName());
                    return null;
                });
    }

    private static EngineStarter started(Function<EngineSettings, FuseEngine> opener, Map<String, Object> settings) {
        GenericApplicationContext context = new GenericApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        EngineStarter starter = new EngineStarter(opener);
        starter.start(context.getEnvironment(), context.getBeanFactory());
        assertThat(context.getBeanFactory().getBean(EngineStarter.class)).isSameAs(starter);
        return starter;
    }
}
