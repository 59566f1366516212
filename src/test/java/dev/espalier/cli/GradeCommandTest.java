package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.io.JsonLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class GradeCommandTest {
    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void linesAreUnchangedExceptForTheAddedResult() throws IOException {
        var file = file("a.jsonl", """
            {"id": 1e-7,  "gold": "\\\\frac12", "pred": "0.5", "weight": 1.50}
            {"gold": 10, "pred": "10\\\\%"}
            {"pred": null, "gold": "7"}
            """);
        var result = CommandResult.execute("grade", file.toString());
        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("""
            {"id": 1e-7,  "gold": "\\\\frac12", "pred": "0.5", "weight": 1.50, "equal":true,"same":true,"rule":"same answer: equal as fractions","canonical_gold":"1/2","canonical_pred":"1/2"}
            {"gold": 10, "pred": "10\\\\%", "equal":true,"same":false,"rule":"a percent sign on one side only","canonical_gold":"10","canonical_pred":"1/10"}
            {"pred": null, "gold": "7", "equal":false,"same":false,"rule":"no answer","canonical_gold":"7","canonical_pred":""}
            """);
        assertThat(result.err()).contains("2 of 3 answers are accepted").contains("66.7 %");
    }

    @Test
    void extractsAnAnswerFromTextWithItsRuleAndPosition() throws IOException {
        var file = file("t.jsonl", """
            {"gold": "7", "text": "\\ud83d\\ude00 so \\\\boxed{7}."}
            {"gold": "7", "text": "I count 7"}
            {"gold": "7", "text": "I count 7 and", "finished": false}
            {"gold": "B", "problem": "Which? (A) one (B) two (C) three", "text": "Of the 3 it is (B)"}
            """);
        var graded = CommandResult.execute("grade", file.toString()).documents();
        assertThat(graded).extracting(row -> row.path("equal").booleanValue()).containsExactly(true, true, false, true);
        assertThat(graded)
                .extracting(row -> row.path("extraction").asString(null))
                .containsExactly("boxed", "last_number", null, "choice");
        assertThat(graded.getFirst().path("span").toString())
                .as("in code points, not in UTF-16 units")
                .isEqualTo("[12,13]");
        assertThat(graded.get(2).path("pred").isNull()).isTrue();
    }

    /// The gold answer under the names of problem files; "gold" comes first.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"answer\":\"7\"",
                "\"ground_truth\":7",
                "\"expected_answer\":[\"7\"]",
                "\"reference_answer\":\"7\"",
                "\"gt\":\"7\"",
                "\"final_answer\":[\"7\"]",
                "\"target\":\"7\"",
                "\"correct_answer\":7.0",
                "\"solution\":\"so \\\\boxed{7}\"",
                "\"question\":\"How many?\",\"answer\":\"We count. #### 7\"",
                "\"question\":\"3+4?\",\"options\":[\"A)5\",\"B)6\",\"C)7\"],\"correct\":\"C\"",
                "\"question\":\"3+4?\",\"choices\":[\"5\",\"6\",\"7\"],\"answer\":2",
                "\"gold\":\"7\",\"answer\":\"8\""
            })
    void theGoldAnswerMayHaveAnyName(String gold) throws IOException {
        var file = file("gold.jsonl", "{" + gold + ",\"text\":\"The answer is 7.\"}\n");
        assertThat(CommandResult.execute("grade", file.toString()).documents())
                .as(gold)
                .extracting(row -> row.path("equal").booleanValue())
                .containsExactly(true);
    }

    @Test
    void aMalformedLineIsReportedAndSkipped() throws IOException {
        var file = file(
                "b.jsonl",
                "{\"gold\":\"1\",\"pred\":\"1\"}\n{\"gold\":\n\n[]\n{\"pred\":\"1\"}\n{\"gold\":\"1\"}\n{\"gold\":\"1\",\"pred\":[]}\n{\"gold\":\"2\",\"pred\":\"2\"}");
        var result = CommandResult.execute("grade", file.toString());
        assertThat(result.code()).isZero();
        assertThat(result.documents()).hasSize(2);
        assertThat(result.err())
                .contains("line 2: not valid JSON")
                .contains("line 4: not a JSON object")
                .contains("line 5: it has no \"gold\"")
                .contains("line 6: it has neither")
                .contains("line 7: its \"pred\"")
                .contains("2 of 2");
        assertThat(CommandResult.execute(
                                "grade", file("none.jsonl", "nothing\n").toString())
                        .code())
                .isEqualTo(1);
    }

    @Test
    void filesMayBeCompressedAndGradedInPlace() throws IOException {
        var packed = folder.resolve("p.jsonl.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("{\"gold\":\"1\",\"pred\":\"1\",\"rule\":\"older\",\"z\":0}\n".getBytes(StandardCharsets.UTF_8));
        }
        var result = CommandResult.execute("grade", packed.toString(), "--out", packed.toString());
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).isEmpty();
        var unpacked = new String(
                new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(packed))).readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(JsonMapper.shared().readTree(unpacked).propertyNames())
                .containsExactly("gold", "pred", "rule", "z", "equal", "same", "canonical_gold", "canonical_pred");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
    }

    @Test
    void theGraderAndTheModeCanBeChosen() throws IOException {
        var file = file(
                "g.jsonl",
                "{\"gold\":\"3.14159\",\"pred\":\"3.14\"}\n{\"gold\":\"(1,0.5)\",\"pred\":\"(1,\\\\frac12)\"}\n");
        assertThat(CommandResult.execute("grade", file.toString()).documents())
                .extracting(row -> row.path("equal").booleanValue())
                .containsExactly(false, true);
        assertThat(CommandResult.execute("grade", file.toString(), "--grader", "number", "--tolerance", "0.01")
                        .documents())
                .extracting(row -> row.path("equal").booleanValue())
                .containsExactly(true, true);
        assertThat(CommandResult.execute("grade", file.toString(), "--mode", "parity")
                        .documents())
                .extracting(row -> row.path("equal").booleanValue())
                .containsExactly(false, false);
        for (var wrong : new String[][] {
            {"--mode", "exact"},
            {"--grader", "grids"},
            {"--mode", "parity", "--grader", "text"},
            {"--grader", "number", "--tolerance", "7"}
        }) {
            var arguments = new java.util.ArrayList<>(java.util.List.of("grade", file.toString()));
            arguments.addAll(java.util.List.of(wrong));
            assertThat(CommandResult.execute(arguments.toArray(String[]::new)).code())
                    .as(String.join(" ", wrong))
                    .isEqualTo(2);
        }
        var missing =
                CommandResult.execute("grade", folder.resolve("missing.jsonl").toString());
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("missing.jsonl");
    }

    @Test
    void theReferencePairsAreAllGradedAsExpected() {
        var pairs = Path.of("../shared/data/reference/answer-pairs.jsonl");
        assumeTrue(Files.exists(pairs), "the reference pairs are not here");
        var graded = CommandResult.execute("grade", pairs.toString()).documents();
        assertThat(graded)
                .hasSize(200)
                .allSatisfy(row -> assertThat(row.path("equal").booleanValue())
                        .as(row.toString())
                        .isEqualTo(row.path("expected").booleanValue()));
    }

    /// No number on a line may prevent the other lines from being graded, or delay them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e400",
                "1e1000000000",
                "1e-1000000000",
                "1e99999999999",
                "NaN",
                "Infinity",
                "\"1e1000000000\"",
                "\"10^{10^{10}}\"",
                "\"1e99999999999\""
            })
    @Timeout(30)
    void aNumberOfAnySizeIsGradedOrReported(String number) throws IOException {
        var file = file(
                "n.jsonl",
                "{\"gold\": 1, \"pred\": 1}\n{\"gold\": %s, \"pred\": 2}\n{\"gold\": 2, \"pred\": %s}\n{\"gold\": %s, \"pred\": %s}\n{\"gold\": 3, \"pred\": 3}\n"
                        .formatted(number, number, number, number));
        for (var grader : new String[] {"math", "number", "text"}) {
            var result = CommandResult.execute("grade", file.toString(), "--grader", grader);
            assertThat(result.code()).as(result.err()).isZero();
            var rows = result.out().lines().map(JsonLines.JSON::readTree).toList();
            assertThat(rows).as(result.err()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(rows.getLast().path("equal").booleanValue()).isTrue();
            assertThat(result.err()).doesNotContain("Exception");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void answersCanComeFromAPipe() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var writer = CompletableFuture.runAsync(() -> {
            try {
                Files.writeString(pipe, "{\"gold\":\"2\",\"pred\":\"2\"}\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(CommandResult.execute("grade", pipe.toString()).documents())
                .singleElement()
                .matches(row -> row.path("equal").booleanValue());
        writer.get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grade",
                "grade --nonsense",
                "grade a.jsonl --mode nonsense",
                "import",
                "import a.jsonl --out b",
                "run --no-such-option",
                "run -n",
                "run -n many",
                "sweep --budgets",
                "show",
                "show x",
                "nonsense",
                "--nonsense"
            })
    void aUsageErrorIsAFewLines(String line) {
        var result = CommandResult.execute(line.split(" "));
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--help'.").doesNotContain("Usage:");
        assertThat(result.err().lines().count()).isLessThanOrEqualTo(5);
    }
}
