package dev.facefuse.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One target by Jazzer's command line, for {@code run.sh}: JUnit would choose the folders, and files that are found would land
 * among the sources.
 */
public final class Target {
    private static MethodHandle target;

    private Target() {}

    /** Called by Jazzer once, with the class whose only fuzz test is the target, and behind an @ the folder of its seeds. */
    public static void fuzzerInitialize(String[] arguments) throws ReflectiveOperationException, IOException {
        List<String> named = List.of(arguments[0].split("@", 2));
        Class<?> tests = Class.forName(named.get(0));
        Method method = Arrays.stream(tests.getDeclaredMethods())
                .filter(declared -> declared.isAnnotationPresent(FuzzTest.class))
                .findFirst()
                .orElseThrow();
        Constructor<?> constructor = tests.getDeclaredConstructor();
        constructor.setAccessible(true);
        method.setAccessible(true);
        target = MethodHandles.lookup().unreflect(method).bindTo(constructor.newInstance());
        warmUp(Path.of(named.get(1)));
    }

    /** Loads what the seeds load before there is a limit on an input's time: on a busy machine that takes longer than any input. */
    private static void warmUp(Path seeds) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(seeds)) {
            files = listed.toList();
        }
        for (Path file : files) {
            try {
                fuzzerTestOneInput(Files.readAllBytes(file));
            } catch (Throwable foundAgainWhenItCounts) {
                // Jazzer names the file then.
            }
        }
    }

    /** Called by Jazzer for every input. */
    public static void fuzzerTestOneInput(byte[] input) throws Throwable {
        target.invoke(input);
    }
}
