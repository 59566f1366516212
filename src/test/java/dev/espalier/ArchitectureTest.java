package dev.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.espalier.ui.kit.Perspective;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rooms import only rooms to their left; each keeps what it knows to itself.
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.espalier");

    private static final Map<String, List<String>> LEFT_OF = Map.ofEntries(
        Map.entry("io", List.of()),
        Map.entry("problem", List.of("io")),
        Map.entry("model", List.of("io", "problem")),
        Map.entry("answer", List.of("io", "problem")),
        Map.entry("task", List.of("io", "problem", "model", "answer")),
        Map.entry("search", List.of("io", "problem", "model", "answer", "task")),
        Map.entry("engine", List.of("io", "problem", "model")),
        Map.entry("store", List.of("io", "problem", "model", "answer", "task", "search")),
        Map.entry("analysis", List.of("io", "problem", "model", "answer", "task", "search")),
        Map.entry("experiment", List.of("io", "problem", "model", "answer", "task", "search", "engine", "store", "analysis")),
        Map.entry("figure", List.of("io", "problem", "model", "answer", "task", "search", "engine", "store", "analysis", "experiment")),
        Map.entry("cli", List.of("io", "problem", "model", "answer", "task", "search", "engine", "store", "analysis", "experiment", "figure")),
        Map.entry("ui", List.of("io", "problem", "model", "answer", "task", "search", "store", "analysis", "experiment", "figure")));

    @ParameterizedTest
    @ValueSource(strings = {"io", "problem", "model", "answer", "task", "search", "engine", "store", "analysis", "experiment", "figure", "cli", "ui"})
    void aRoomImportsOnlyRoomsToItsLeft(String room) {
        var others = LEFT_OF.keySet().stream().filter(other -> !other.equals(room) && !LEFT_OF.get(room).contains(other)).map(other -> "dev.espalier." + other + "..").toList();
        var forbidden = new java.util.ArrayList<>(others);
        forbidden.add("dev.espalier.app..");
        noClasses().that().resideInAPackage("dev.espalier." + room + "..").should().dependOnClassesThat().resideInAnyPackage(forbidden.toArray(String[]::new))
            .because("data flows from problems to windows; a room that looks to its right cannot be used or tested without it").check(CLASSES);
    }

    @Test
    void onlyTheEngineKnowsOnnxRuntime() {
        noClasses().that().resideOutsideOfPackage("dev.espalier.engine..").should().dependOnClassesThat().resideInAnyPackage("ai.onnxruntime..", "ai.djl..")
            .because("searches talk to the ports LanguageModel and RewardModel, so that other engines fit").check(CLASSES);
    }

    @Test
    void onlyTheStoreKnowsSql() {
        noClasses().that().resideOutsideOfPackage("dev.espalier.store..").should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
            .because("there is one writer, and it is in the store").check(CLASSES);
    }

    @Test
    void onlyTheWindowKnowsJavaFx() {
        noClasses().that().resideOutsideOfPackages("dev.espalier.ui..").should().dependOnClassesThat().resideInAnyPackage("javafx..", "org.controlsfx..", "atlantafx..")
            .because("the same experiments run without a window").check(CLASSES);
    }

    @Test
    void roomsHaveNoCircles() {
        slices().matching("dev.espalier.(*)..").should().beFreeOfCycles().because("a circle of rooms is one room").check(CLASSES);
    }

    @Test
    void theWindowsPackagesHaveNoCircles() {
        slices().matching("dev.espalier.ui.(**)").should().beFreeOfCycles().because("a circle of packages is one package").check(CLASSES);
    }

    @Test
    void aPerspectiveKnowsNoOther() {
        var packages = CLASSES.stream().filter(kind -> kind.isAssignableTo(Perspective.class) && !kind.isInterface()).map(JavaClass::getPackageName).distinct().toList();
        assertThat(packages).hasSizeGreaterThanOrEqualTo(3);
        for (var own : packages) {
            var others = packages.stream().filter(other -> !other.equals(own)).map(other -> other + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage(own + "..").should().dependOnClassesThat().resideInAnyPackage(others)
                .because("perspectives reach each other through the window, so that each can be left out").check(CLASSES);
        }
    }

    @Test
    void theWindowKnowsPerspectivesByTheirInterface() {
        noClasses().that().resideInAPackage("dev.espalier.ui.shell..").should().dependOnClassesThat(
                JavaClass.Predicates.assignableTo(Perspective.class).and(DescribedPredicate.not(JavaClass.Predicates.type(Perspective.class))))
            .because("a new perspective is one class and one line in app").check(CLASSES);
    }
}
