package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    @TempDir
    Path folder;

    private CommandResult execute(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--db", folder.resolve("i.db").toString()));
        return CommandResult.execute(all.toArray(String[]::new));
    }

    @Test
    void anImportIsListedAndHasCurves() throws IOException {
        var file = Files.writeString(folder.resolve("out.jsonl"), """
            {"problem": "1 + 1?", "answer": "2", "completions": ["a\\n\\nb \\\\boxed{2}", "\\\\boxed{3}"], "scores": [[0.5, 0.9], [0.4]], "temperature": 0.7}
            {"problem": "broken"
            """);
        var result = execute("import", file.toString(), "--policy", "Llama", "--prm", "Judge");
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("out.jsonl: 1 search imported, 1 line skipped. Run 1.");
        assertThat(result.err()).contains("line 2: not valid JSON");
        assertThat(execute("import", file.toString(), "--policy", "Llama", "--prm", "Judge", "--json")
                        .documents()
                        .getFirst()
                        .path("present")
                        .asInt())
                .isEqualTo(1);

        var run = execute("runs", "1", "--json").documents().getFirst();
        assertThat(run.path("policy").asString()).isEqualTo("Llama");
        assertThat(run.path("generated_tokens").isNull())
                .as("not known, which is not 0")
                .isTrue();
        assertThat(run.path("temperature").isNull()).isTrue();
        assertThat(run.path("searches_of_run")
                        .get(0)
                        .path("fields")
                        .path("temperature")
                        .asString())
                .as("unknown fields are kept")
                .isEqualTo("0.7");
        assertThat(execute("runs", "1").out())
                .contains("from        ")
                .contains("out.jsonl")
                .contains("sha-256")
                .contains("–");
        assertThat(execute("runs").out()).contains("Llama");
        assertThat(execute("curve").out()).contains("weighted").contains("–");
    }

    @Test
    void problemsWithoutAGoldAnswerCountInNoFigureAndOneLineSaysHowMany() throws IOException {
        var file = Files.writeString(folder.resolve("mixed.jsonl"), """
            {"problem": "3 + 4?", "final_answer": ["7"], "completions": ["\\\\boxed{7}", "\\\\boxed{8}"], "scores": [[0.9], [0.4]]}
            {"problem": "Prove it.", "correct": [true, false], "completions": ["\\\\boxed{1}", "\\\\boxed{2}"], "scores": [[0.9], [0.4]]}
            {"problem": "Say it.", "answer": null, "completions": ["\\\\boxed{1}", "none"], "scores": [[0.9], [0.4]]}
            """);
        assertThat(execute("import", file.toString()).out()).contains("3 searches imported");
        var sentence = "2 of 3 problems have no gold answer; they do not count in accuracy and coverage.";
        var curve = execute("curve", "--json");
        assertThat(curve.err()).containsOnlyOnce(sentence);
        for (var strategy : curve.documents().getFirst().path("curves"))
            for (var point : strategy.path("points")) {
                assertThat(point.path("problems").asInt()).isEqualTo(1);
                assertThat(point.path("coverage").asDouble())
                        .isEqualTo(point.path("n").asInt() == 1 ? 0.5 : 1);
            }
        var card = execute("card", "--json");
        assertThat(card.err()).containsOnlyOnce(sentence);
        assertThat(card.documents()
                        .getFirst()
                        .path("pass_at_1_by_level")
                        .get(0)
                        .path("mean")
                        .asDouble())
                .isEqualTo(0.5);
        assertThat(execute("card").out()).containsOnlyOnce(sentence).contains("mean over 1 problems");
    }

    @Test
    void aRunWithoutAnyGoldAnswerHasNoCurve() throws IOException {
        var file = Files.writeString(
                folder.resolve("none.jsonl"), "{\"problem\": \"Prove it.\", \"completions\": [\"1\", \"2\"]}\n");
        execute("import", file.toString());
        var curve = execute("curve", "--json");
        assertThat(curve.code()).isZero();
        assertThat(curve.documents().getFirst().path("curves")).isEmpty();
        assertThat(curve.err()).contains("The problem has no gold answer");
        assertThat(execute("card", "--json").code()).isZero();
    }

    @Test
    void aFailedImportIsExitCode1AfterAllFilesWereTried() throws IOException {
        var good = Files.writeString(
                folder.resolve("good.jsonl"), "{\"problem\": \"1?\", \"answer\": \"1\", \"completions\": [\"1\"]}");
        var bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"problem\": \"1?\"}");
        var result = execute("import", bad.toString(), good.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("Nothing could be imported from").contains("bad.jsonl");
        assertThat(result.out()).contains("good.jsonl: 1 search imported");
        assertThat(execute("import", folder.resolve("missing.jsonl").toString()).err())
                .contains("missing.jsonl");
        assertThat(execute("import", good.toString(), "--strategy", "magic").code())
                .isEqualTo(1);
        assertThat(execute("import", good.toString(), "--reduction", "median").code())
                .isEqualTo(2);
        assertThat(execute("import").code()).isEqualTo(2);
    }

    @Test
    void recordedVotesOfRealOutputsAreTheSameInParityMode() {
        var samples = Path.of("../shared/data/real-samples/sal_scatyf3_bon.jsonl");
        assumeTrue(Files.exists(samples), "the recorded samples are not here");
        var document =
                execute("import", samples.toString(), "--json").documents().getLast();
        assertThat(document.path("imported").asInt()).isEqualTo(10);
        assertThat(document.path("recorded").asInt()).isEqualTo(90);
        assertThat(document.path("recorded_same").asInt()).isEqualTo(90);
    }

    @Test
    void importingInParityModeGivesThePublishedAccuracies() {
        var samples = Path.of("../shared/data/real-samples/qwen25math_math100_n8_rm.jsonl");
        assumeTrue(Files.exists(samples), "the recorded samples are not here");
        assertThat(execute("import", samples.toString(), "--mode", "parity").code())
                .isZero();
        var curves = execute("curve", "--methods", "majority,best-of-n", "--budgets", "8", "--json")
                .documents()
                .getLast()
                .path("curves");
        assertThat(curves.valueStream()
                        .mapToDouble(curve ->
                                curve.path("points").get(0).path("accuracy").doubleValue()))
                .containsExactly(0.93, 0.94);
    }
}
