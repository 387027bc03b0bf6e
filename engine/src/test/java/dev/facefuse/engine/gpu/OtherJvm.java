package dev.facefuse.engine.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts another JVM with the tests' classes and libraries. */
public final class OtherJvm {
    private OtherJvm() {}

    /** Variables that libtorch has set in this process; the other JVM sets its own. */
    private static boolean isAllocators(String variable) {
        return variable.startsWith("PYTORCH_") || variable.equals("CUDA_LAUNCH_BLOCKING");
    }

    /** A process that is ready to start. Its standard error is part of its output. */
    public static ProcessBuilder running(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(OtherJvm::isAllocators);
        return builder;
    }
}
