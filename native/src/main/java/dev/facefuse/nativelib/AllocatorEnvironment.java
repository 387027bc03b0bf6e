package dev.facefuse.nativelib;

import dev.facefuse.nativelib.AllocatorReport.Source;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passes {@link AllocatorSettings} to libtorch through environment variables, which libtorch reads once while it loads. A variable
 * that the user has set is left alone. Not thread-safe: {@link Libtorch} serialises the calls.
 */
final class AllocatorEnvironment {

    static final String VARIABLE = "PYTORCH_ALLOC_CONF";
    static final String LAUNCH_BLOCKING = "CUDA_LAUNCH_BLOCKING";

    /** The variables that libtorch 2.10 reads, in its order. It takes the first that is set, even if it is empty. */
    private static final List<String> VARIABLES =
            List.of("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", VARIABLE);

    /** The variable that the user had set before this class changed anything; null if there was none. */
    private static final @Nullable String USER_VARIABLE = VARIABLES.stream()
            .filter(name -> ProcessNative.getEnvironment(name) != null)
            .findFirst()
            .orElse(null);

    private static final boolean USER_SET_LAUNCH_BLOCKING = ProcessNative.getEnvironment(LAUNCH_BLOCKING) != null;

    private AllocatorEnvironment() {}

    /** Sets the variables and reports which settings libtorch will read. Another call before libtorch loads replaces them. */
    static AllocatorReport apply(AllocatorSettings settings) {
        if (!USER_SET_LAUNCH_BLOCKING) {
            set(LAUNCH_BLOCKING, settings.launchBlocking() ? "1" : "0");
        }
        if (USER_VARIABLE == null) {
            set(VARIABLE, settings.render());
            return new AllocatorReport(settings.render(), Source.OURS, VARIABLE, false, "libtorch has not loaded yet");
        }
        String conf = Objects.requireNonNullElse(ProcessNative.getEnvironment(USER_VARIABLE), "");
        return new AllocatorReport(conf, Source.USER, USER_VARIABLE, false, "it is the user's own");
    }

    /** Does not write an unchanged value, because by now other threads may be reading the environment. */
    private static void set(String name, String value) {
        if (!value.equals(ProcessNative.getEnvironment(name))) {
            ProcessNative.setEnvironment(name, value);
        }
    }
}
