package dev.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.espalier.search.log.SearchTree;
import dev.espalier.ui.kit.Perspective;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rooms use only the rooms that the table names; each keeps its own knowledge to itself.
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.espalier");

    /// Which rooms each room uses, without `dev.espalier.`: no more and no less.
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("io", Set.of()),
            Map.entry("problem", Set.of("io")),
            Map.entry("model", Set.of("problem")),
            Map.entry("answer", Set.of()),
            Map.entry("task", Set.of("answer", "model", "problem")),
            Map.entry("search", Set.of("answer", "model", "problem", "task")),
            Map.entry("engine", Set.of("io", "model", "problem")),
            Map.entry("store", Set.of("io", "model", "problem", "search", "task")),
            Map.entry("analysis", Set.of("answer", "model", "problem", "search", "task")),
            Map.entry("experiment", Set.of("analysis", "engine", "io", "model", "problem", "search", "store", "task")),
            Map.entry("figure", Set.of("analysis", "io", "problem", "search", "task")),
            Map.entry(
                    "cli",
                    Set.of(
                            "analysis",
                            "answer",
                            "engine",
                            "experiment",
                            "figure",
                            "io",
                            "model",
                            "problem",
                            "search",
                            "store",
                            "task")),
            Map.entry(
                    "ui",
                    Set.of(
                            "analysis",
                            "answer",
                            "experiment",
                            "figure",
                            "io",
                            "model",
                            "problem",
                            "search",
                            "store",
                            "task")),
            Map.entry("app", Set.of("cli", "engine", "experiment", "ui")));

    @Test
    void roomsUseOneAnotherByTheTable() {
        var uses = new TreeMap<String, Set<String>>();
        for (var type : CLASSES) {
            if (type.getPackageName().equals("dev.espalier")) continue;
            var own = topRoom(type);
            var used = type.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .filter(other -> other.getPackageName().startsWith("dev.espalier."))
                    .map(ArchitectureTest::topRoom);
            uses.computeIfAbsent(own, _ -> new TreeSet<>())
                    .addAll(used.filter(other -> !other.equals(own)).toList());
        }
        assertThat(uses)
                .as(
                        "data flows from problems to windows; a room that uses a later one cannot be tested without it, and what the table allows is used")
                .isEqualTo(ROOMS);
    }

    static Set<String> rooms() {
        return ROOMS.keySet();
    }

    private static String topRoom(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }

    @Test
    void onlyTheEngineKnowsOnnxRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.espalier.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "ai.djl..")
                .because("searches talk to the ports LanguageModel and RewardModel, so that other engines fit")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreKnowsSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.espalier.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
                .because("there is one writer, and it is in the store")
                .check(CLASSES);
    }

    /// Whoever folds an event into a tree. A live search is folded by [Search] on its own thread and, where a
    /// window shows it, by [Timeline]: all others read one of those trees (decision 0105). What is beside them
    /// reads logs that are stored.
    @Test
    void aLiveSearchIsFoldedByItselfAndByItsTimeline() {
        var folding = CLASSES.stream()
                .flatMap(kind -> kind.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(SearchTree.class)
                        && Set.of("apply", "of").contains(call.getName())
                        && !call.getOriginOwner().isEquivalentTo(SearchTree.class))
                .map(call -> call.getOriginOwner().getSimpleName())
                .collect(toCollection(TreeSet::new));
        assertThat(folding)
                .containsExactly(
                        "DemoCommand", "ForkCommand", "Replay", "Search", "SearchLedger", "Searches", "Timeline");
    }

    @Test
    void onlyTheWindowKnowsJavaFx() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.espalier.ui..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javafx..", "org.controlsfx..", "atlantafx..")
                .because("the same experiments run without a window")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        var others = CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(some -> !some.tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                        .orElse(false));
        assertThat(others)
                .as("what may be null is checked at compile time, in marked packages only")
                .isEmpty();
    }

    @Test
    void roomsHaveNoCircles() {
        slices().matching("dev.espalier.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a circle of rooms is one room")
                .check(CLASSES);
    }

    @Test
    void aPerspectiveKnowsNoOther() {
        var packages = CLASSES.stream()
                .filter(kind -> kind.isAssignableTo(Perspective.class) && !kind.isInterface())
                .map(JavaClass::getPackageName)
                .distinct()
                .toList();
        assertThat(packages).hasSizeGreaterThanOrEqualTo(3);
        for (var own : packages) {
            var others = packages.stream()
                    .filter(other -> !other.equals(own))
                    .map(other -> other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(own + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .because("perspectives reach each other through the window, so that each can be left out")
                    .check(CLASSES);
        }
    }

    @Test
    void theWindowKnowsPerspectivesByTheirInterface() {
        noClasses()
                .that()
                .resideInAPackage("dev.espalier.ui.shell..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.assignableTo(Perspective.class)
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(Perspective.class))))
                .because("a new perspective is one class and one line in app")
                .check(CLASSES);
    }

    /// Which packages of `answer` each of them imports, without `dev.espalier.`: no more and no less.
    private static final Map<String, Set<String>> INSIDE_ANSWER = Map.of(
            "answer", Set.of(),
            "answer.extract", Set.of("answer"),
            "answer.choice", Set.of("answer", "answer.extract", "answer.math"),
            "answer.text", Set.of("answer", "answer.extract"),
            "answer.parity", Set.of("answer", "answer.math"),
            "answer.math",
                    Set.of("answer", "answer.extract", "answer.math.algebra", "answer.math.form", "answer.math.parse"),
            "answer.math.algebra", Set.of(),
            "answer.math.form", Set.of("answer.math.algebra"),
            "answer.math.parse", Set.of("answer.math.algebra"));

    @Test
    void packagesOfAnswerImportOneAnotherByTheTable() {
        var imports = new TreeMap<String, Set<String>>();
        for (var type : CLASSES.that(in("answer"))) {
            var used = type.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .filter(in("answer"))
                    .map(ArchitectureTest::room);
            imports.merge(
                    room(type),
                    used.filter(other -> !other.equals(room(type))).collect(toCollection(TreeSet::new)),
                    (a, b) -> {
                        a.addAll(b);
                        return a;
                    });
        }
        assertThat(imports)
                .as(
                        "extraction knows no mathematics, algebra knows neither parser nor forms, and what the table allows is used")
                .isEqualTo(INSIDE_ANSWER);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void packagesHaveNoCirclesAtAnyLevel(String room) {
        slices().assignedFrom(eachPackage(room))
                .should()
                .beFreeOfCycles()
                .because("a circle of packages is one package")
                .check(CLASSES);
        var parents = CLASSES.that(in(room)).stream()
                .map(JavaClass::getPackageName)
                .flatMap(ArchitectureTest::parents)
                .filter(name -> name.startsWith("dev.espalier." + room))
                .collect(toCollection(TreeSet::new));
        for (var parent : parents)
            slices().matching(parent + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("packages with all that is below them can be moved by themselves")
                    .check(CLASSES);
    }

    private static Stream<String> parents(String name) {
        return Stream.iterate(name, inner -> inner.contains("."), inner -> inner.substring(0, inner.lastIndexOf('.')))
                .skip(1);
    }

    private static DescribedPredicate<JavaClass> in(String room) {
        return JavaClass.Predicates.resideInAPackage("dev.espalier." + room + "..");
    }

    private static SliceAssignment eachPackage(String room) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return in(room).test(type) ? SliceIdentifier.of(room(type)) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + room;
            }
        };
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring("dev.espalier.".length());
    }
}
