package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import dev.espalier.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The content of a file tells its format; every format gives the same problems.
class FileFormatsTest {
    private static final Path FIELD = Path.of("../shared/data/field/12-problem-files-refused");
    private static final String FIRST = "{'problem': 'What is 3 + 4?', 'answer': '7'}";
    private static final String SECOND = "{'problem': 'What is 10 - 4?', 'answer': '6'}";

    @TempDir
    Path folder;

    /// @param text with ' for "
    private ProblemSet read(String name, String text) throws IOException {
        return ProblemFile.read(Files.writeString(folder.resolve(name), text.replace('\'', '"')));
    }

    private static void isWhole(ProblemSet set) {
        assertThat(set.problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple("What is 3 + 4?", "7"), tuple("What is 10 - 4?", "6"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s\n%s",
                "%s\r\n%s\r\n",
                "\n\n%s\n\n%s\n",
                "\ufeff%s\n%s\n",
                "[%s, %s]",
                "[\n  %s,\n  %s\n]\n",
                "\ufeff[\n%s,\n%s\n]",
                "  [%s,\n%s]",
                "{'data': [%s, %s]}",
                "{'version': 1, 'examples': [%s, %s]}",
                "{\n  'rows': [\n    %s,\n    %s\n  ]\n}",
                "{'canary': 'x', 'problems': [\n%s,\n%s]}",
                "{'rows': [{'row_idx': 0, 'row': %s}, {'row_idx': 1, 'row': %s}], 'features': []}",
                "{'test': [%s, %s]}",
                "{'data': {'test': [%s, %s]}}",
                "{'a': %s, 'b': %s}",
                "{'data': [%s]}\n{'data': [%s]}",
                "[{'doc': %s}, {'doc': %s}]"
            })
    void jsonIsReadInEveryArrangement(String arrangement) throws IOException {
        for (var name : List.of("p.jsonl", "p.json", "p.txt"))
            isWhole(read(name, arrangement.formatted(FIRST, SECOND)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'problem': ['What is 3 + 4?', 'What is 10 - 4?'], 'answer': ['7', '6']}",
                "{'problem': {'0': 'What is 3 + 4?', '1': 'What is 10 - 4?'}, 'answer': {'0': 7, '1': 6}}",
                "{'columns': ['problem', 'answer'], 'index': [0, 1], 'data': [['What is 3 + 4?', 7], ['What is 10 - 4?', 6]]}",
                "{\n  'problem': 'What is 3 + 4?',\n  'answer': '7'\n}\n{\n  'problem': 'What is 10 - 4?',\n  'answer': '6'\n}\n"
            })
    void columnsAndObjectsOverSeveralLinesAreRead(String document) throws IOException {
        isWhole(read("p.json", document));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "problem,answer\nWhat is 3 + 4?,7\nWhat is 10 - 4?,6\n",
                "problem,answer\r\nWhat is 3 + 4?,7\r\nWhat is 10 - 4?,6\r\n",
                "\ufeffproblem,answer\nWhat is 3 + 4?,7\nWhat is 10 - 4?,6",
                "'problem','answer'\n'What is 3 + 4?','7'\n'What is 10 - 4?','6'\n",
                "problem;answer\nWhat is 3 + 4?;7\nWhat is 10 - 4?;6\n",
                "problem\tanswer\nWhat is 3 + 4?\t7\nWhat is 10 - 4?\t6\n",
                "problem|answer\nWhat is 3 + 4?|7\nWhat is 10 - 4?|6\n",
                "id,Question,Answer,Notes\n1,What is 3 + 4?,7,\n2,What is 10 - 4?,6,'a, b'\n",
                "Answer,Problem\n7,What is 3 + 4?\n6,What is 10 - 4?\n",
                "question,ground_truth\nWhat is 3 + 4?,7\n\nWhat is 10 - 4?,6\n",
                ",prompt,expected_answer\n0,What is 3 + 4?,7\n1,What is 10 - 4?,6\n"
            })
    void tablesAreReadWithEverySeparator(String table) throws IOException {
        for (var name : List.of("t.csv", "t.tsv", "t.txt")) isWhole(read(name, table));
    }

    @Test
    void aTableWithoutAHeaderIsReadAndThatIsSaid() throws IOException {
        var set = read("mgsm.tsv", "What is 3 + 4?\t7\nWhat is 10 - 4?\t6\n");
        isWhole(set);
        assertThat(set.warnings())
                .containsExactly("The first line of the table names no columns: they are read as question, answer.");
        assertThat(read("mmlu.csv", "What is 3 + 4?,5,6,7,8,C\n").problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple("What is 3 + 4?\nA. 5\nB. 6\nC. 7\nD. 8", "C"));
    }

    @Test
    void cellsHoldSeparatorsQuotesAndLineFeeds() throws IOException {
        assertThat(read("t.csv", "problem,answer\n'Say ''a, b''\nand then $x_1$','7'\n")
                        .problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple("Say \"a, b\"\nand then $x_1$", "7"));
    }

    @Test
    void choicesInACellAreAJsonListAndAnotherListIsNamed() throws IOException {
        assertThat(read("t.csv", "question,choices,answer\nWhat is 3 + 4?,'[''5'', ''6'', ''7'', ''8'']',2\n")
                        .problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple("What is 3 + 4?\nA. 5\nB. 6\nC. 7\nD. 8", "C"));
        var python = folder.resolve("p.csv");
        Files.writeString(python, "question,choices,answer\nWhat?,\"['5', '6']\",1\nWho?,,Ann\n");
        assertThat(ProblemFile.read(python).warnings())
                .containsExactly("line 2: its \"choices\" are a list that is not JSON; write them with json.dumps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"})
    void everyEncodingOfUnicodeAndEveryCompressionIsRead(String encoding) throws IOException {
        var charset = Charset.forName(encoding);
        for (var text : List.of(
                FIRST + "\n" + SECOND + "\n",
                "[" + FIRST + ", " + SECOND + "]",
                "problem,answer\nWhat is 3 + 4?,7\nWhat is 10 - 4?,6\n")) {
            var bytes = text.replace('\'', '"').getBytes(charset);
            var gzip = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(gzip)) {
                out.write(bytes);
            }
            for (var stored : List.of(bytes, gzip.toByteArray(), Zstd.compress(bytes)))
                isWhole(ProblemFile.read(Files.write(folder.resolve("e.bin"), stored)));
        }
        var beyond = "{\"problem\": \"\ud835\udc65 \u00e9 \u4e2d\", \"answer\": \"1\"}";
        assertThat(ProblemFile.read(Files.write(folder.resolve("b.jsonl"), beyond.getBytes(charset)))
                        .problems())
                .extracting(Problem::text)
                .containsExactly("\ud835\udc65 \u00e9 \u4e2d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd"})
    void parquetIsReadWithTheCompressionsInUse(String compression) {
        var set = ProblemFile.read(resource("two-%s.parquet".formatted(compression)));
        isWhole(set);
        assertThat(set.problems()).extracting(Problem::id).startsWith("two-" + compression + "-1");
        assertThat(set.sha256()).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "chat, What is 3 + 4?, 7",
        "choices-int, What is 3 + 4?/A. 5/B. 6/C. 7/D. 8, C",
        "choices-struct, What is 3 + 4?/A. 5/B. 6/C. 7, C",
        "floats, Ann has 3 pens and buys 4. How many has she?, 7",
        "lighteval, What is 3 + 4?, 7"
    })
    void nestedColumnsOfParquetAreRead(String name, String text, String gold) {
        assertThat(ProblemFile.read(resource(name + ".parquet")).problems().getFirst())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(text.replace('/', '\n'), gold);
    }

    @Test
    void aCompressedParquetFileIsReadToo() throws IOException {
        var bytes = Files.readAllBytes(resource("two-snappy.parquet"));
        isWhole(ProblemFile.read(Files.write(folder.resolve("two.parquet.zst"), Zstd.compress(bytes))));
    }

    private static Path resource(String name) {
        return Path.of(
                Objects.requireNonNull(FileFormatsTest.class.getResource(name)).getPath());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        [{'problem': 'a'}, {'problem': 'b'},]           | element 3, line 1: not valid JSON at character 37 of line 1; the rest of the file is not read
        [{'problem': 'a'}, {'problem': 'b'}, {'pro      | element 3, line 1: the file ends before the JSON is complete
        [{'problem': 'a'}, {'problem': 'b'}             | element 3, line 1: the file ends before the JSON is complete
        [~{'problem': 'a'},~{'problem': 'b'},~{~'problem': 'c',~ | element 3, line 4: the file ends before the JSON is complete
        [{'problem': 'a'}, {'problem': 'b'}, 7]         | element 3, line 1: not a JSON object
        {'problem': 'a'}~{'problem': 'b'}~{'problem': ' | line 3: not valid JSON at character 14
        {'problem': 'a'}~{'problem': 'b',}~{'problem': 'b'} | line 2: not valid JSON at character 17
        {'problem': 'a'},~{'problem': 'b'},             | 2 lines end with a comma, the first is line 1. The commas are ignored.
        {'problem': 'a'}~{'problem': 'b'},              | 1 line ends with a comma, the first is line 2. The commas are ignored.
        {'problem': 'a'}~{'problem': 'b'}~{'a': None}   | line 3: a Python value, not JSON. Write each line with json.dumps
        {'problem': 'a'}~{`problem`: `b`}~{'problem': 'b'} | line 2: a Python value, not JSON. Write each line with json.dumps
        {'problem': 'a'}~{'problem': 'b', 'x': True}~{'problem': 'b'} | line 2: a Python value, not JSON. Write each line with json.dumps
        problem,answer~a,1~b,2~c,3,4                    | line 4: it has 3 cells and the first line 2; put cells that hold a separator in double quotes
        """)
    void aFaultIsNamedAndTheRestIsKept(String text, String fault) throws IOException {
        var file = Files.writeString(
                folder.resolve(text.startsWith("problem") ? "t.csv" : "p.json"),
                text.replace('\'', '"').replace('`', '\'').replace('~', '\n'));
        var set = ProblemFile.read(file);
        assertThat(set.problems()).extracting(Problem::text).containsExactly("a", "b");
        assertThat(set.warnings()).containsExactly(fault);
    }

    @Test
    void aQuoteThatIsNotClosedIsNamed() throws IOException {
        var set = read("t.csv", "problem,answer\na,1\n'b,2\nc,3\n");
        assertThat(set.problems()).extracting(Problem::text).containsExactly("a");
        assertThat(set.warnings()).singleElement().asString().contains("quote");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PAR1 no parquet PAR1                   | a Parquet file that cannot be read
        PK\u0003\u0004xx                       | a zip archive or a workbook
        BZh91AY                                | compressed with bzip2
        <!DOCTYPE html><html></html>           | an HTML or XML page
        version https://git-lfs.github.com/spec/v1 | a pointer of Git LFS
        SQLite format 3                        | a SQLite database
        %PDF-1.7                               | a PDF
        ARROW1xx                               | an Arrow file
        name,value\\n1,2                       | names no column that is read
        hello world                            | line 1: not valid JSON
        {`problem`: `a`}                       | a Python value, not JSON
        [{`problem`: `a`}]                     | a list that Python printed, not JSON
        {"a": 1}                               | neither a "problem" nor a "question"
        []                                     | the file is empty
        """)
    void whatIsNotReadIsNamedInALineWithWhatToDo(String content, String name) throws IOException {
        var file = folder.resolve(content.startsWith("name,") ? "t.csv" : "t.parquet");
        Files.writeString(file, content.replace("\\n", "\n").replace('`', '\''));
        assertThatThrownBy(() -> ProblemFile.read(file))
                .isInstanceOf(EspalierException.class)
                .message()
                .contains(file.toString(), name)
                .doesNotContain("#UNKNOWN", "StreamReadFeature", "Exception", "dev.", "tools.jackson")
                .hasLineCount(1)
                .matches("(?s).*(?:Convert|Write|Unpack|Decompress|Download|Fetch|Export|Give|Name).*");
    }

    @Test
    void onlyPythonPicklesAndOtherBinariesAreNamedByTheirFirstBytes() throws IOException {
        var pickle = Files.write(folder.resolve("x.pkl"), new byte[] {(byte) 0x80, 4, 1, 2, 3});
        assertThatThrownBy(() -> ProblemFile.read(pickle)).hasMessageContaining("a Python pickle");
        var text = Files.write(folder.resolve("x.csv"), "problem,answer\né,1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ProblemFile.read(text)).hasMessageContaining("not UTF-8");
        var cut = Files.write(folder.resolve("c.zst"), new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1});
        assertThatThrownBy(() -> ProblemFile.read(cut)).hasMessageContaining("damaged Zstandard file");
        assertThatThrownBy(() -> ProblemFile.read(resource("two-brotli.parquet")))
                .hasMessageContaining("Convert it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aime2024.jsonl",
                "amc23.jsonl",
                "array.json",
                "array-oneline.json",
                "table.csv",
                "wrapped.json",
                "mgsm.tsv"
            })
    void filesOfTheFieldAreRead(String name) {
        assumeTrue(Files.isDirectory(FIELD), "the shared data folder is not here");
        assertThat(ProblemFile.read(FIELD.resolve(name)).problems())
                .extracting(Problem::gold)
                .containsExactly("7", "6");
    }

    @ParameterizedTest
    @CsvSource({"dapo.jsonl, 7", "gpqa.jsonl, B", "prm800k.jsonl, 7", "svamp.jsonl, 7", "utf16.jsonl, 7"})
    void furtherFilesOfTheFieldAreRead(String name, String gold) {
        assumeTrue(Files.isDirectory(FIELD), "the shared data folder is not here");
        assertThat(ProblemFile.read(FIELD.resolve(name)).problems())
                .extracting(Problem::gold)
                .containsExactly(gold);
    }
}
