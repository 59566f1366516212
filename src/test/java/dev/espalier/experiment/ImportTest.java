package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.experiment.imports.ImportReport;
import dev.espalier.experiment.imports.ImportSpec;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.io.JsonLines;
import dev.espalier.model.Finish;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Vote;
import dev.espalier.store.SearchStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportTest {
    private static final String TOOLKIT = """
        {"unique_id": "test/1", "problem": "What is 1 + 1?", "answer": "2", "level": 2, "completions": ["One.\\n\\nSo \\\\boxed{2}", "\\\\boxed{3}"], "scores": [[0.5, 0.9], [0.4]], "completion_tokens": [7, 3], "pred_naive@2": "\\\\boxed{2}", "pred_maj@1": "\\\\boxed{9}", "agg_scores": [0.90, 4e-1]}
        """;

    @TempDir
    Path folder;

    private Workbench workbench;

    @BeforeEach
    void open() {
        workbench = Workbench.open(new Workbench.Settings(folder.resolve("i.db"), folder.resolve("models"), List.of()));
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private ImportReport imported(Path file) {
        var live = workbench.imports().start(ImportSpec.of(file));
        var outcome = live.done().join();
        assertThat(outcome.end()).as(outcome.message()).isEqualTo(Outcome.End.FINISHED);
        return live.report();
    }

    @Test
    void aToolkitLineBecomesASearchWithStepsScoresCandidatesAndItsUnknownFields() throws IOException {
        var report = imported(file("out.jsonl", TOOLKIT));
        assertThat(report)
                .extracting(
                        ImportReport::added,
                        ImportReport::present,
                        ImportReport::skipped,
                        ImportReport::compared,
                        ImportReport::same,
                        ImportReport::share)
                .containsExactly(1, 0, 0, 2, 1, 1.0);
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .contains("line 1")
                .contains("pred_maj@1")
                .contains("\\boxed{9}");

        var run = workbench.runs().list().getFirst();
        assertThat(run.run().imported()).isTrue();
        assertThat(run.complete()).isTrue();
        assertThat(run.run().config().policy()).isEqualTo("imported: out");
        assertThat(run.generated()).isEqualTo(10);
        assertThat(run.time()).as("not known").isNaN();

        var summary = workbench.runs().searches(run.run().id()).getFirst();
        assertThat(summary.status()).isEqualTo(SearchStatus.FINISHED);
        assertThat(summary.problem()).extracting("id", "gold", "level").containsExactly("test/1", "2", 2);
        var stored = workbench.runs().search(summary.id());
        assertThat(stored.events().getFirst()).isInstanceOf(SearchEvent.Started.class);
        assertThat(stored.events().getLast()).isInstanceOf(SearchEvent.Finished.class);
        var tree = SearchTree.of(stored.events());
        assertThat(tree.candidates())
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.finish()).isEqualTo(Finish.STOP));
        assertThat(tree.path(tree.candidates().getFirst().id()))
                .extracting(SearchTree.Node::score)
                .containsExactly(0.5, 0.9);
        assertThat(workbench
                        .grading()
                        .tally(tree, summary.problem(), Reduction.LAST)
                        .elect(Vote.NAIVE)
                        .orElseThrow()
                        .correct())
                .isTrue();

        var line = workbench.imports().line(summary.id());
        assertThat(line).isNotNull();
        assertThat(line.number()).isEqualTo(1);
        assertThat(line.fields()).isEqualTo("""
            {"completion_tokens":[7,3],"pred_naive@2":"\\\\boxed{2}","pred_maj@1":"\\\\boxed{9}","agg_scores":[0.90,0.4]}""");
        assertThat(workbench.sweeps().curves(List.of(run.run().id())))
                .extracting(curve -> curve.strategy())
                .containsExactly("majority", "best-of-n", "weighted");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'answer': 'Ann', 'gt': 'Bob'                    | Ann
        'answer': ['Ann', 'Bob'], 'gt': 'Ann'           | Ann
        'gt': 'Ann', 'gold': 'Bob'                      | Ann
        'gt': '', 'gold': 'Ann'                         | Ann
        'gold': 'Ann', 'final_answer': 'Bob'            | Ann
        'final_answer': ['Ann']                         | Ann
        'ground_truth': 'Ann', 'correct': 1             | Ann
        'target': 'Ann', 'correct': [true, false]       | Ann
        'expected_answer': 'Ann', 'solution': 'It is 3' | Ann
        'solution': 'It is \\\\boxed{Ann}.'           | Ann
        'correct': 'Ann'                                | Ann
        'correct': true                                 |
        'correct': 1                                    |
        'correct': [1, 0]                               |
        'pred': 'Ann'                                   |
        """)
    void anImportReadsTheGoldAnswerUnderTheNamesOfProblemFiles(String fields, @Nullable String gold)
            throws IOException {
        var line = "{'question': 'Who?', %s, 'completions': ['\\\\boxed{Ann}', 'Bob']}".formatted(fields);
        var report = imported(file("names.jsonl", line.replace('\'', '"') + "\n"));
        assertThat(workbench.runs().searches(report.runs().getFirst()))
                .extracting(search -> search.problem().gold())
                .containsExactly(gold);
    }

    @Test
    void importingTheSameFileAgainAddsNothing() throws IOException {
        var file = file("out.jsonl", TOOLKIT);
        imported(file);
        var again = imported(file);
        assertThat(again).extracting(ImportReport::added, ImportReport::present).containsExactly(0, 1);
        assertThat(workbench.runs().list()).hasSize(1);
        assertThat(workbench.runs().searches(again.runs().getFirst())).hasSize(1);

        imported(file("out.jsonl", TOOLKIT + TOOLKIT.replace("test/1", "test/2")));
        assertThat(workbench.runs().list())
                .as("another file of that name is another run")
                .hasSize(2);
    }

    @Test
    void anOutcomeRewardIsTheWholeTextsAndNotAStepsAndQwensFieldsAreKnown() throws IOException {
        var report = imported(file("qwen.jsonl", """
            {"idx": 4, "question": "Who?", "answer": "Ann", "gt": "Ann", "code": ["A.\\n\\n\\\\boxed{Ann}", "\\\\boxed{Bob}"], "pred": ["Ann", "Bob"], "pred_score": [[3.5], [-1.25]], "score": [true, false]}
            """));
        assertThat(report)
                .extracting(ImportReport::compared, ImportReport::same)
                .containsExactly(2, 2);
        var tree = SearchTree.of(workbench
                .runs()
                .search(workbench
                        .runs()
                        .searches(report.runs().getFirst())
                        .getFirst()
                        .id())
                .events());
        assertThat(tree.nodes()).as("root and two texts").hasSize(3);
        assertThat(tree.candidates()).extracting(SearchTree.Node::score).containsExactly(3.5, -1.25);
        assertThat(workbench.runs().list().getFirst().generated())
                .as("not known")
                .isNaN();
    }

    @Test
    void linesThatDifferInTheirNumberOfTextsAreDifferentRunsAndRepetitionsDifferentSeeds() throws IOException {
        var report = imported(file("mixed.jsonl", """
            {"problem": "a", "answer": "1", "completions": ["1", "2"]}
            {"problem": "b", "answer": "1", "completions": ["1"], "finish_reasons": ["length"]}
            {"id": "x", "problem": "a", "answer": "1", "completions": ["1", "3"]}
            {"id": "x", "problem": "a", "answer": "1", "completions": ["1", "3"]}
            """));
        assertThat(report.runs()).hasSize(3);
        assertThat(workbench.runs().list())
                .extracting(run ->
                        run.run().config().n() + " seed " + run.run().config().seed())
                .containsExactlyInAnyOrder("2 seed 0", "1 seed 0", "2 seed 1");
        assertThat(workbench.runs().list())
                .allSatisfy(run -> assertThat(run.run().config().reward()).isEmpty());
    }

    @Test
    void aTextAtTheTokenLimitIsTruncated() throws IOException {
        var report = imported(file("cut.jsonl", """
            {"problem": "a", "completions": ["1", "2"], "completion_tokens": [2048, 2047]}
            {"problem": "b", "completions": ["1", "2"], "finish_reason": ["stop", "length"], "completion_tokens": [2048, 7]}
            """));
        assertThat(workbench.runs().searches(report.runs().getFirst()))
                .extracting(search -> SearchTree.of(
                                workbench.runs().search(search.id()).events())
                        .candidates()
                        .stream()
                        .map(SearchTree.Node::finish)
                        .toList())
                .containsExactly(List.of(Finish.LENGTH, Finish.STOP), List.of(Finish.STOP, Finish.LENGTH));
    }

    @Test
    void inParityModeEveryViewVotesByTheToolkitsRules() throws IOException {
        var file = file(
                "parity.jsonl",
                "{\"problem\": \"a\", \"answer\": \"1\", \"completions\": [\"none\", \"none\", \"1\"], \"scores\": [[0.9], [0.9], [0.1]]}\n");
        for (var mode : Mode.values()) {
            var live = workbench
                    .imports()
                    .start(new ImportSpec(file, "", "", "best-of-n", mode, Reduction.LAST, "\n\n", 2048));
            assertThat(live.done().join().end()).isEqualTo(Outcome.End.FINISHED);
            var search =
                    workbench.runs().searches(live.report().runs().getFirst()).getFirst();
            var tally = workbench
                    .grading()
                    .tally(
                            SearchTree.of(workbench.runs().search(search.id()).events()),
                            search.problem(),
                            Reduction.LAST);
            assertThat(tally.elect(Vote.MAJORITY).orElseThrow().answered())
                    .as(mode.label())
                    .isEqualTo(mode == Mode.STANDARD);
        }
        assertThat(workbench.runs().list()).as("one run each").hasSize(2);
    }

    @Test
    void aBrokenLineIsReportedAndSkipped() throws IOException {
        var report = imported(file("broken.jsonl", TOOLKIT + """
            {"problem": "a", "completions": []}
            {"completions": ["1"]}
            {"problem": "a", "completions": [1]}
            {"problem": "a", "completions": ["1"], "scores": [[0.1], [0.2]]}
            {"problem": "a", "completions": ["1"], "scores": [["high"]]}
            {"problem": "a", "completions": ["1\\n\\n2\\n\\n3"], "scores": [[0.1, 0.2]]}
            nothing
            """));
        assertThat(report)
                .extracting(ImportReport::added, ImportReport::skipped)
                .containsExactly(2, 6);
        assertThat(report.warnings())
                .anySatisfy(warning -> assertThat(warning).startsWith("line 2: it has neither \"completions\""))
                .anySatisfy(warning -> assertThat(warning).startsWith("line 3: it has neither a \"problem\""))
                .anySatisfy(warning -> assertThat(warning).startsWith("line 4: text 1"))
                .anySatisfy(warning -> assertThat(warning).startsWith("line 5: it has 1 texts but scores for 2"))
                .anySatisfy(warning ->
                        assertThat(warning).startsWith("line 6: \"scores\" holds a value that is not a number"))
                .anySatisfy(warning ->
                        assertThat(warning).startsWith("line 7: 1 of 1 texts have different numbers of scores"))
                .anySatisfy(warning -> assertThat(warning).startsWith("line 8: not valid JSON"));
    }

    @Test
    void aFileWithoutOutputsIsRefusedWithASentence() throws IOException {
        var outcome = workbench
                .imports()
                .start(ImportSpec.of(file("none.jsonl", "{\"a\": 1}\n")))
                .done()
                .join();
        assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
        assertThat(outcome.message()).contains("none.jsonl").contains("completions");
        assertThat(workbench.runs().list()).isEmpty();
        assertThatThrownBy(() -> workbench.imports().start(ImportSpec.of(folder.resolve("missing.jsonl"))))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("missing.jsonl");
        assertThatThrownBy(() -> workbench
                        .imports()
                        .start(new ImportSpec(
                                folder.resolve("none.jsonl"), "", "", "magic", Mode.STANDARD, Reduction.LAST, "\n", 1)))
                .hasMessageContaining("magic");
    }

    @Test
    void aCancelledImportKeepsWholeSearchesAndTheNextBringsTheRest() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < 300; i++)
            lines.append("{\"id\": \"p")
                    .append(i)
                    .append("\", \"problem\": \"a\", \"answer\": \"1\", \"completions\": [\"1\", \"2\"]}\n");
        var file = file("long.jsonl", lines.toString());
        var live = workbench.imports().start(ImportSpec.of(file));
        live.cancel();
        assertThat(live.done().join().end()).isEqualTo(Outcome.End.CANCELLED);
        var before = live.report().added();
        assertThat(before).isLessThan(300);
        var report = imported(file);
        assertThat(report.present()).isEqualTo(before);
        assertThat(report.added()).isEqualTo(300 - before);
        assertThat(workbench.runs().searches(report.runs().getFirst()))
                .hasSize(300)
                .allSatisfy(search -> assertThat(search.status()).isEqualTo(SearchStatus.FINISHED));
    }

    @Test
    void everyDigitOfAnUnknownFieldIsKept() throws IOException {
        var report = imported(
                file(
                        "digits.jsonl",
                        "{\"problem\": \"a\", \"completions\": [\"1\"], \"x\": 0.10000000000000000001, \"y\": NaN, \"z\": {\"k\": [null, true]}}\n"));
        var line = workbench
                .imports()
                .line(workbench
                        .runs()
                        .searches(report.runs().getFirst())
                        .getFirst()
                        .id());
        assertThat(line).isNotNull();
        assertThat(line.fields()).isEqualTo("{\"x\":0.10000000000000000001,\"y\":NaN,\"z\":{\"k\":[null,true]}}");
        assertThat(JsonLines.JSON.readTree(line.fields()).path("y").doubleValue())
                .isNaN();
    }

    /// Numbers that overflow a double or long, and other odd values: the line is reported and skipped, the import
    /// continues.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"scores\": [1e400]",
                "\"scores\": [-1e400]",
                "\"scores\": [[1e1000000000]]",
                "\"scores\": [1e99999999999]",
                "\"scores\": [{}]",
                "\"completion_tokens\": [1e400]",
                "\"completion_tokens\": [1e1000000000]",
                "\"completion_tokens\": [9000000000000000000]",
                "\"completion_tokens\": [99999999999999999999999999]",
                "\"answer\": 1e400",
                "\"answer\": -1e1000000000",
                "\"level\": 1e400",
                "\"unique_id\": 1e400",
                "\"answer\": Infinity"
            })
    @Timeout(30)
    void aLineWithANumberBeyondADoubleIsReportedAndSkipped(String field) throws IOException {
        var report = imported(file(
                "out.jsonl",
                TOOLKIT + "{\"problem\": \"p\", \"completions\": [\"x\"], " + field + "}\n"
                        + TOOLKIT.replace("test/1", "test/3")));
        assertThat(report).returns(2, ImportReport::added).returns(1, ImportReport::skipped);
        assertThat(report.warnings())
                .filteredOn(warning -> warning.startsWith("line 2: "))
                .singleElement()
                .asString()
                .endsWith("; skipped")
                .doesNotContain("Exception")
                .doesNotContain("BigDecimal");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"scores\": [NaN]",
                "\"scores\": 1e400",
                "\"scores\": [1e-400]",
                "\"completion_tokens\": [-5]",
                "\"completion_tokens\": [\"7\"]",
                "\"answer\": NaN",
                "\"level\": NaN",
                "\"answer\": 1e300",
                "\"other\": 1e1000000000",
                "\"other\": [1e400, {\"deeper\": 1e400}]",
                "\"idx\": 1e400",
                "\"answer\": 1, \"answer\": 2",
                "\"finish_reasons\": [1e400]"
            })
    @Timeout(30)
    void aLineWithHarmlessNumbersIsImported(String field) throws IOException {
        assertThat(imported(file("out.jsonl", "{\"problem\": \"p\", \"completions\": [\"x\"], " + field + "}\n")))
                .returns(1, ImportReport::added)
                .returns(0, ImportReport::skipped);
        workbench
                .runs()
                .searches(1)
                .forEach(search ->
                        assertThat(workbench.imports().line(search.id())).isNotNull());
    }

    @Test
    void aLineThatIsNestedTooDeeplyIsNamedInWordsOfOurs() throws IOException {
        var report = imported(file(
                "deep.jsonl",
                TOOLKIT + "[".repeat(100_000) + "\n{\"a\":" + "{\"b\":".repeat(2_000)
                        + "\n{\"problem\": \"p\", 12x}\n{\"n\": " + "9".repeat(5_000) + "}\n"));
        assertThat(report.warnings().stream().filter(warning -> !warning.startsWith("line 1:")))
                .containsExactly(
                        "line 2: nested too deeply, or with too long a number or name; skipped",
                                "line 3: nested too deeply, or with too long a number or name; skipped",
                        "line 4: not valid JSON at character 18; skipped",
                                "line 5: nested too deeply, or with too long a number or name; skipped");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsReadOnceAndFoundAgain() throws Exception {
        for (int time = 0; time < 2; time++) {
            var pipe = folder.resolve("pipe" + time);
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                    .isZero();
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    Files.writeString(pipe, TOOLKIT);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            var report = imported(pipe);
            writer.get(30, TimeUnit.SECONDS);
            assertThat(report).returns(1 - time, ImportReport::added).returns(time, ImportReport::present);
        }
        assertThat(workbench.runs().list())
                .singleElement()
                .matches(run -> run.run().name().startsWith("piped"));
    }

    @Test
    @Timeout(60)
    @EnabledIf("thereIsZero")
    void aFileWithoutAnEndEndsInASentence() {
        var outcome = workbench
                .imports()
                .start(ImportSpec.of(Path.of("/dev/zero")))
                .done()
                .join();
        assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
        assertThat(outcome.message()).contains("/dev/zero has no end within 256 MiB");
    }

    static boolean thereIsZero() {
        return Files.exists(Path.of("/dev/zero"));
    }
}
