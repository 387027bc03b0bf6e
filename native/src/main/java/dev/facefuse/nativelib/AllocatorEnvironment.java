package dev.facefuse.nativelib;

import dev.facefuse.nativelib.AllocatorReport.Source;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How {@link AllocatorSettings} reach libtorch: through the process's environment, which it reads once, as it loads. What the
 * user has set there stays. Not safe from several threads at once: {@link Libtorch} sees to it.
 */
final class AllocatorEnvironment {

    static final String VARIABLE = "PYTORCH_ALLOC_CONF";
    static final String LAUNCH_BLOCKING = "CUDA_LAUNCH_BLOCKING";

    /** The variables libtorch 2.10 reads, in its order: of several the first that is set, an empty one too, is the one. */
    private static final List<String> VARIABLES =
            List.of("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", VARIABLE);

    /** As the user had it before anything was put here; null if he had none. */
    private static final @Nullable String USERS_VARIABLE = VARIABLES.stream()
            .filter(name -> ProcessNative.getEnvironment(name) != null)
            .findFirst()
            .orElse(null);

    private static final boolean USERS_LAUNCH_BLOCKING = ProcessNative.getEnvironment(LAUNCH_BLOCKING) != null;

    private AllocatorEnvironment() {}

    /** Puts the settings where libtorch will find them, and says what it will find. Again before it loads, replaces them. */
    static AllocatorReport put(AllocatorSettings settings) {
        if (!USERS_LAUNCH_BLOCKING) {
            set(LAUNCH_BLOCKING, settings.launchBlocking() ? "1" : "0");
        }
        if (USERS_VARIABLE == null) {
            set(VARIABLE, settings.render());
            return new AllocatorReport(settings.render(), Source.OURS, VARIABLE, false, "libtorch has not loaded yet");
        }
        String conf = Objects.requireNonNullElse(ProcessNative.getEnvironment(USERS_VARIABLE), "");
        return new AllocatorReport(conf, Source.USER, USERS_VARIABLE, false, "it is the user's own");
    }

    /** Writes nothing if it is there: main has put it there, and other threads may read the environment by now. */
    private static void set(String name, String value) {
        if (!value.equals(ProcessNative.getEnvironment(name))) {
            ProcessNative.setEnvironment(name, value);
        }
    }
}
