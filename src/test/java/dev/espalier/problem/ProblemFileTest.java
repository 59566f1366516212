package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProblemFileTest {
    private static final Path DATA = Path.of("../shared/data");

    @TempDir
    Path folder;

    @Test
    void readsTheFieldsOfCompetitionProblems() throws IOException {
        Path file = write("set.jsonl", """
                {"problem": "1+1?", "solution": "add", "answer": "2", "subject": "Algebra", "level": 3, "unique_id": "a/1"}
                {"problem": "1+2?", "answer": 3, "level": "Level 5"}
                """);
        ProblemSet set = ProblemFile.read(file);
        assertThat(set.problems())
                .containsExactly(
                        new Problem("a/1", "1+1?", "2", "add", "Algebra", 3),
                        new Problem("set-2", "1+2?", "3", null, "", 5));
        assertThat(set.warnings()).isEmpty();
        assertThat(set.name()).isEqualTo("set");
    }

    @Test
    void takesTheGoldAnswerOfAWordProblemFromBehindTheHashes() throws IOException {
        Path file = write("gsm.jsonl", """
                {"question": "How much?", "answer": "6*200=$<<6*200=1200>>1200\\n#### 1,200"}
                {"question": "How many?", "answer": "7"}
                """);
        assertThat(ProblemFile.read(file).problems())
                .containsExactly(
                        new Problem("gsm-1", "How much?", "1,200", "6*200=$1200", "", 0),
                        new Problem("gsm-2", "How many?", "7", null, "", 0));
    }

    @Test
    void makesRepeatedIdsUniqueAndWarns() throws IOException {
        Path file = write("ids.jsonl", """
                {"problem": "a", "answer": "1", "unique_id": "p"}
                {"problem": "b", "answer": "1", "unique_id": "p"}
                {"problem": "c", "answer": "1", "unique_id": "p#2"}
                """);
        ProblemSet set = ProblemFile.read(file);
        assertThat(set.problems()).extracting(Problem::id).containsExactly("p", "p#2", "p#2#2");
        assertThat(set.warnings()).hasSize(2).first().asString().startsWith("line 2: ");
    }

    @Test
    void skipsMalformedLinesAndReportsTheirNumbers() throws IOException {
        Path file = write(
                "mixed.jsonl",
                "{\"problem\": \"a\", \"answer\": \"1\"}\n\n{oops\n[1]\n{\"text\": \"x\"}\n{\"problem\": \"  \"}\n"
                        + "{\"question\": \"q\", \"answer\": \"well ####  \"}\n");
        ProblemSet set = ProblemFile.read(file);
        assertThat(set.problems()).hasSize(1);
        assertThat(set.warnings()).hasSize(5);
        assertThat(set.warnings())
                .extracting(warning -> warning.substring(0, 7))
                .containsExactly("line 3:", "line 4:", "line 5:", "line 6:", "line 7:");
    }

    @Test
    void readsFilesWithByteOrderMarkAndGzipFiles() throws IOException {
        String text = "{\"problem\": \"na\u00efve \u03c0\", \"answer\": \"1\", \"id\": \"x\"}";
        ProblemSet plain = ProblemFile.read(write("p.jsonl", text));
        ProblemSet marked = ProblemFile.read(write("m.jsonl", "\uFEFF" + text + "\r\n\r\n"));
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        Path zipped = folder.resolve("z.jsonl.gz");
        Files.write(zipped, packed.toByteArray());
        assertThat(marked.problems()).isEqualTo(plain.problems());
        assertThat(ProblemFile.read(zipped).problems()).isEqualTo(plain.problems());
        assertThat(ProblemFile.read(zipped).name()).isEqualTo("z");
    }

    @Test
    void hashesTheBytesOfTheFile() throws IOException {
        Path file = write("h.jsonl", "{\"problem\":\"a\"}");
        assertThat(ProblemFile.read(file).sha256())
                .isEqualTo("632743ae707af7474e8f4dc739fa764b955256cd4ff5ae2a18567d430362c7d6");
    }

    @Test
    void errorsNameTheFileAndWhatToDo() throws IOException {
        Path missing = folder.resolve("none.jsonl");
        assertThatThrownBy(() -> ProblemFile.read(missing))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("none.jsonl")
                .hasMessageContaining("Check");
        assertThatThrownBy(() -> ProblemFile.read(folder))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("is a folder");
        Path empty = write("empty.jsonl", "\n");
        assertThatThrownBy(() -> ProblemFile.read(empty))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("empty.jsonl")
                .hasMessageContaining("empty");
        Path broken = write("broken.jsonl", "{\n");
        assertThatThrownBy(() -> ProblemFile.read(broken))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("line 1: ");
        Path latin = folder.resolve("latin.jsonl");
        Files.write(latin, "{\"problem\": \"a\"}\n{\"problem\": \"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ProblemFile.read(latin))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("not UTF-8")
                .hasMessageContaining("line 2");
        Path cut = folder.resolve("cut.jsonl.gz");
        Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThatThrownBy(() -> ProblemFile.read(cut))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("gzip");
    }

    @Test
    void readsEveryProblemOfTheRealSets() {
        assumeTrue(Files.isDirectory(DATA), "the shared data folder is not here");
        ProblemSet competition = ProblemFile.read(DATA.resolve("math500/test.jsonl"));
        assertThat(competition.problems())
                .hasSize(500)
                .allSatisfy(problem -> assertThat(problem.level()).isBetween(1, 5));
        assertThat(competition.warnings()).isEmpty();
        ProblemSet words = ProblemFile.read(DATA.resolve("gsm8k/test.jsonl"));
        assertThat(words.problems())
                .hasSize(1319)
                .allSatisfy(problem -> assertThat(problem.gold()).matches("-?[\\d,.]+"));
        assertThat(words.problems().getFirst().gold()).isEqualTo("18");
    }

    @Test
    void aFileWithOneRepeatedIdTakesLinearTime() throws IOException {
        var set = ProblemFile.read(write("one.jsonl", "{\"id\": \"a\", \"problem\": \"p\"}\n".repeat(150_000)));
        assertThat(set.problems())
                .hasSize(150_000)
                .extracting(Problem::id)
                .startsWith("a", "a#2", "a#3")
                .endsWith("a#150000")
                .doesNotHaveDuplicates();
        var taken = ProblemFile.read(write(
                "taken.jsonl",
                "{\"id\": \"a#2\", \"problem\": \"p\"}\n" + "{\"id\": \"a\", \"problem\": \"p\"}\n".repeat(3)));
        assertThat(taken.problems()).extracting(Problem::id).containsExactly("a#2", "a", "a#3", "a#4");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void spreadSelectsProblemsAtEvenDistances() {
        var problems = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> new Problem("p" + i, "?", null, null, "", 0))
                .toList();
        var set = new ProblemSet("set", "set.jsonl", "", problems, List.of());
        assertThat(set.spread(3)).extracting(Problem::id).containsExactly("p0", "p3", "p6");
        assertThat(set.spread(10)).isEqualTo(problems);
        assertThat(set.spread(99)).isEqualTo(problems);
    }

    @Test
    void numbersBeyondADoubleAreReportedAndOtherLinesKept() throws IOException {
        Path file = write("n.jsonl", """
                {"problem": "a", "answer": 1e400}
                {"problem": "b", "answer": 1e99999999999}
                {"problem": "c", "answer": NaN, "level": NaN}
                {"problem": "d", "answer": 1e5, "score": 1e1000000000}
                {"problem": "e", "answer": 12345678901234567890123, "answer": 2.50}
                {"problem": "f", "level": 1e400}
                """);
        ProblemSet set = ProblemFile.read(file);
        assertThat(set.problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple("c", null), tuple("d", "100000"), tuple("e", "2.5"));
        assertThat(set.warnings())
                .containsExactly(
                        "line 1: its \"answer\" is a number too large to be read",
                        "line 2: it holds a number too large to be read",
                        "line 6: its \"level\" is a number too large to be read");
    }

    @Test
    void aJsonErrorIsReportedWithoutTheParsersWords() throws IOException {
        assertThat(ProblemFile.read(
                                write("w.jsonl", "{\"problem\": \"a\"}\n{\"problem\": b}\n" + "[".repeat(5000) + "\n"))
                        .warnings())
                .containsExactly(
                        "line 2: not valid JSON at character 13",
                        "line 3: nested too deeply, or with too long a number or name");
    }

    @Test
    @Timeout(30)
    void manyEqualIdsTakeLinearTime() throws IOException {
        ProblemSet set =
                ProblemFile.read(write("equal.jsonl", "{\"problem\": \"a\", \"id\": \"p\"}\n".repeat(150_000)));
        assertThat(set.problems())
                .hasSize(150_000)
                .extracting(Problem::id)
                .doesNotHaveDuplicates()
                .endsWith("p#149999", "p#150000");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsReadOnce() throws Exception {
        Path pipe = folder.resolve("63");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var writer = CompletableFuture.runAsync(() -> {
            try {
                Files.writeString(pipe, "{\"problem\": \"a\"}\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(ProblemFile.read(pipe).problems()).containsExactly(new Problem("piped-1", "a", null, null, "", 0));
        writer.get(30, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(60)
    @EnabledIf("thereIsZero")
    void anEndlessFileIsRejected() {
        assertThatThrownBy(() -> ProblemFile.read(Path.of("/dev/zero")))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("/dev/zero has no end within 256 MiB");
    }

    static boolean thereIsZero() {
        return Files.exists(Path.of("/dev/zero"));
    }

    @Test
    void aLineMayNameItsTask() throws IOException {
        var set = ProblemFile.read(
                write(
                        "kinds.jsonl",
                        "{\"problem\": \"Which?\", \"answer\": \"B\", \"espalier_task\": \"text\", \"task\": \"bbh/logic\"}\n{\"problem\": \"Which?\", \"answer\": \"B\"}"));
        assertThat(set.problems()).extracting(Problem::task).containsExactly("text", "");
    }
}
