package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs a main class in a JVM of its own, to test what happens once per process: environment, library loading, cgroups. */
final class ForkedJvm {

    private final Class<?> program;
    private final List<String> options =
            new ArrayList<>(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.language=en"));
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> launcher = new ArrayList<>();

    private ForkedJvm(Class<?> program) {
        this.program = program;
    }

    /** Configures a run of the class's main method with the classpath of the tests. */
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

    /** Sets a command that starts the JVM, which it receives as further arguments, such as a shell script with {@code exec "$@"}. */
    ForkedJvm startedBy(String... command) {
        launcher.addAll(List.of(command));
        return this;
    }

    /** Runs the JVM, which must exit with status 0, and returns the lines of its standard output and standard error. */
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
