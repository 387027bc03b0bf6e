package dev.facefuse.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dependencies between the packages of the engine, and to other modules. */
class ArchitectureTest {
    private static final String ENGINE = "dev.facefuse.engine";
    private static final String NATIVE = "dev.facefuse.nativelib";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ENGINE);

    @Test
    void leavesLibtorchAndCudaToNative() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.pytorch..", "org.bytedeco.cuda..")
                .check(CLASSES);
    }

    @Test
    void reachesModelsThroughTheClasspathOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.facefuse.models..")
                .check(CLASSES);
    }

    @Test
    void doesNotKnowTheFunction() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.facefuse.function..", "org.springframework..", "picocli..", "jakarta..")
                .check(CLASSES);
    }

    /** {@code native} stands for its package; the rest are the engine's. Only the root package may know all. */
    @ParameterizedTest
    @CsvSource({
        "problem, ''",
        "memory,  problem native",
        "execution, problem",
        "picture, problem native",
        "pack,    problem native",
        "network, problem pack memory native",
        "face,    problem picture network",
        "fusion,  problem picture face",
        "retouch, problem picture",
        "label,   problem picture",
        "step,    problem picture face fusion retouch label",
    })
    void knowsOnly(String subpackage, String others) {
        List<String> known = Stream.concat(Stream.of(subpackage), Arrays.stream(others.split(" ")))
                .map(name -> name.equals("native") ? NATIVE : ENGINE + "." + name)
                .toList();
        noClasses()
                .that()
                .resideInAPackage(ENGINE + "." + subpackage)
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are this project's, outside " + known,
                        (JavaClass c) ->
                                c.getPackageName().startsWith("dev.facefuse") && !known.contains(c.getPackageName())))
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({"problem", "execution", "memory", "pack", "network"})
    void hasNothingToDoWithPixels(String subpackage) {
        noClasses()
                .that()
                .resideInAPackage(ENGINE + "." + subpackage)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(CLASSES);
    }

    @Test
    void hasNoCycles() {
        slices().matching(ENGINE + ".(*)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void saysInEveryPackageWhatLivesThere() {
        List<JavaPackage> packages = CLASSES.getPackage(ENGINE).getSubpackagesInTree().stream()
                .filter(p -> !p.getClasses().isEmpty())
                .toList();
        assertThat(packages).hasSizeGreaterThanOrEqualTo(7);
        assertThat(packages).allSatisfy(p -> assertThat(p.isAnnotatedWith(NullMarked.class))
                .as("package-info of %s with @NullMarked", p.getName())
                .isTrue());
        assertThat(CLASSES.getPackage(ENGINE).isAnnotatedWith(NullMarked.class)).isTrue();
    }
}
