package dev.facefuse.function;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.nativelib.OpenFile;
import org.junit.jupiter.api.Test;

/** The dependencies of this module: cli → queue → http ← lambda; entry points → application → the function → the engine's public types. */
class ArchitectureTest {
    private static final String[] ENTRY_POINTS = {
        "dev.facefuse.function.cli",
        "dev.facefuse.function.http",
        "dev.facefuse.function.lambda",
        "dev.facefuse.function.queue"
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.facefuse.function");

    @Test
    void touchesNoNativeCode() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.bytedeco..", "dev.facefuse.nativelib..")
                        .and(not(simpleNameEndingWith("Settings").or(type(OpenFile.class)))))
                .check(CLASSES);
    }

    @Test
    void knowsOnlyTheEnginesPublicFace() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "dev.facefuse.engine.execution..",
                                "dev.facefuse.engine.fusion..",
                                "dev.facefuse.engine.memory..",
                                "dev.facefuse.engine.step..")
                        .and(not(simpleNameEndingWith("Settings")
                                .or(type(Plan.class))
                                .or(type(CacheTrimPolicy.class))
                                .or(type(Enhance.class)))))
                .check(CLASSES);
    }

    @Test
    void hasNoCycles() {
        slices().matching("dev.facefuse.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theFunctionKnowsNoDoor() {
        noClasses()
                .that()
                .resideInAPackage("dev.facefuse.function")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.facefuse.function.*", "org.springframework..", "picocli..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void onlySpringsDoorsKnowSpring() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.facefuse.function.application",
                        "dev.facefuse.function.broker",
                        "dev.facefuse.function.http",
                        "dev.facefuse.function.lambda",
                        "dev.facefuse.function.queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void onlyStorageKnowsStores() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.facefuse.function.storage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon..", "org.apache.hc..")
                .check(CLASSES);
    }

    @Test
    void storesAndEventsKnowNoDoor() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.facefuse.function.storage", "dev.facefuse.function.events")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ENTRY_POINTS)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.facefuse.function.application", "dev.facefuse.function.broker")
                .check(CLASSES);
    }

    @Test
    void eventsKnowStorageByWhatItPromises() {
        noClasses()
                .that()
                .resideInAPackage("dev.facefuse.function.events")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.facefuse.function.storage")
                .check(CLASSES);
    }

    @Test
    void whatDoorsShareKnowsNoDoor() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.facefuse.function.application", "dev.facefuse.function.broker")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ENTRY_POINTS)
                .check(CLASSES);
    }

    @Test
    void onlyTheBrokerAndTheQueueKnowRabbitMq() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.facefuse.function.broker", "dev.facefuse.function.queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.rabbitmq..",
                        "org.springframework.amqp..",
                        "org.springframework.boot.amqp..",
                        "org.springframework.cloud.stream..",
                        "org.springframework.integration..")
                .check(CLASSES);
    }

    @Test
    void httpKnowsNoOtherDoor() {
        noClasses()
                .that()
                .resideInAPackage("dev.facefuse.function.http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.facefuse.function.cli", "dev.facefuse.function.lambda", "dev.facefuse.function.queue")
                .check(CLASSES);
    }

    @Test
    void lambdaIsApartFromTheOtherProcesses() {
        noClasses()
                .that()
                .resideInAPackage("dev.facefuse.function.lambda")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.facefuse.function.broker", "dev.facefuse.function.cli", "dev.facefuse.function.queue")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.facefuse.function.broker", "dev.facefuse.function.cli", "dev.facefuse.function.queue")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.facefuse.function.lambda")
                .check(CLASSES);
    }

    @Test
    void theQueueDoesNotKnowTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("dev.facefuse.function.queue")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.facefuse.function.cli")
                .check(CLASSES);
    }
}
