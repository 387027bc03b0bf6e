package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A JVM of its own, for what a process does once: its environment, its libraries, its cgroup. */
final class ForkedJvm {

    private final Class<?> program;
    private final List<String> options =
            new ArrayList<>(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.language=en"));
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> launcher = new ArrayList<>();

    private ForkedJvm(Class<?> program) {
        this.program = program;
    }

    /** Will run the class's main method with the tests' classpath. */
    static ForkedJvm running(Class<?> program) {
        return new ForkedJvm(program);
    }

    ForkedJvm withOption(String option) {
        options.add(option);
        return this;
    }

    ForkedJvm withVariable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** A command that starts what its further arguments say, such as a shell's {@code exec "$@"}. */
    ForkedJvm startedBy(String... command) {
        launcher.addAll(List.of(command));
        return this;
    }

    /** Runs it to its end, which must be a good one; what it printed, its errors among it, by line. */
    List<String> run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(PYTORCH|CUDA|FACEFUSE)_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.lines().toList();
    }
}
