package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.experiment.imports.ImportReport;
import dev.espalier.experiment.imports.ImportSpec;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.SearchTree;
import dev.espalier.store.SearchStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Outputs in the formats of other programs.
class ImportFormatsTest {
    private static final Path FIELD = Path.of("../shared/data/field");

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

    private ImportReport imported(Path file) {
        var live = workbench.imports().start(ImportSpec.of(file));
        var outcome = live.done().join();
        assertThat(outcome.end()).as(outcome.message()).isEqualTo(Outcome.End.FINISHED);
        return live.report();
    }

    /// @param text with ' for " and ~ for a line feed
    private ImportReport imported(String text) throws IOException {
        return imported(Files.writeString(
                folder.resolve("out.jsonl"), text.replace('\'', '"').replace('~', '\n') + "\n"));
    }

    private List<Problem> problems() {
        var problems = new ArrayList<Problem>();
        for (var run : workbench.runs().list())
            for (var search : workbench.runs().searches(run.run().id())) {
                assertThat(search.status()).isEqualTo(SearchStatus.FINISHED);
                problems.add(search.problem());
            }
        return problems;
    }

    private List<SearchTree> trees() {
        var trees = new ArrayList<SearchTree>();
        for (var run : workbench.runs().list())
            for (var search : workbench.runs().searches(run.run().id()))
                trees.add(SearchTree.of(workbench.runs().search(search.id()).events()));
        return trees;
    }

    /// Every candidate as its text, its score if it has one, and "cut" if it was truncated.
    private String candidates() {
        var all = new StringBuilder();
        for (var tree : trees()) {
            for (var leaf : tree.candidates()) {
                var path = tree.path(leaf.id());
                if (!all.isEmpty()) all.append(" | ");
                for (var node : path) all.append(node.step().text().replace("\n", "~"));
                if (path.stream().anyMatch(SearchTree.Node::scored))
                    for (var node : path) all.append(' ').append(node.score());
                if (leaf.finish() == dev.espalier.model.Finish.LENGTH) all.append(" cut");
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '"', textBlock = """
        {'problem': 'p', 'answer': '7', 'completions': ['a', 'b']}                                        ^ a | b
        {'question': 'p', 'gt_answer': '7', 'samples': ['a', 'b'], 'is_corrects': [true, false]}          ^ a | b
        {'problem': 'p', 'answer': '7', 'generations': ['a', 'b'], 'finish_reasons': ['stop', 'length']}  ^ a | b cut
        {'problem': 'p', 'answer': '7', 'responses': ['a', 'b']}                                          ^ a | b
        {'problem': 'p', 'answer': '7', 'outputs': ['a', 'b']}                                            ^ a | b
        {'prompt': 'p', 'answer': '7', 'output': ['a', 'b']}                                              ^ a | b
        {'prompt': 'p', 'answer': '7', 'outputs': [{'text': 'a', 'finish_reason': 'stop'}, {'text': 'b', 'finish_reason': 'length'}]} ^ a | b cut
        {'problem': 'p', 'gold': '7', 'completions': [{'text': 'a', 'score': 0.5}, {'text': 'b', 'score': 0.25}]} ^ a 0.5 | b 0.25
        {'question': 'p', 'groundtruth': '7', 'output': [{'text': 'a', 'value': 0.5}, {'text': 'b', 'value': 0.25}]} ^ a 0.5 | b 0.25
        {'problem': 'p', 'answer': '7', 'completions': [[{'role': 'assistant', 'content': 'a'}], [{'role': 'assistant', 'content': 'b'}]]} ^ a | b
        {'problem': 'p', 'answer': '7', 'completions': [{'message': {'role': 'assistant', 'content': 'a'}}, {'message': {'content': 'b'}}]} ^ a | b
        {'problem': 'p', 'answer': '7', 'completions': [['a'], ['b']]}                                    ^ a | b
        {'doc_id': 0, 'doc': {'problem': 'p', 'answer': '7'}, 'target': '7', 'resps': [['a', 'b']], 'filtered_resps': ['a']} ^ a | b
        {'doc_id': 0, 'doc': {'question': 'p', 'answer': 'x #### 7'}, 'target': 'x #### 7', 'resps': [['a', 'b']], 'filter': 'x'}~{'doc_id': 0, 'doc': {'question': 'p', 'answer': 'x #### 7'}, 'resps': [['a', 'b']], 'filter': 'y'} ^ a | b
        {'doc': {'query': 'p', 'choices': ['7'], 'gold_index': 0}, 'model_response': {'text': ['a', 'b']}} ^ a | b
        {'example': 'p', 'full_prompt': 'p', 'gold': ['7'], 'predictions': ['a', 'b']}                    ^ a | b
        {'problem': 'p', 'expected_answer': '7', 'generation': 'a'}~{'problem': 'p', 'expected_answer': '7', 'generation': 'b'} ^ a | b
        {'problem': 'p', 'answer': '7', 'completion': 'a', 'score': 0.5}~{'problem': 'p', 'answer': '7', 'completion': 'b', 'score': 0.25} ^ a 0.5 | b 0.25
        {'problem': 'p', 'answer': '7', 'response': 'a', 'finish_reason': 'length'}~{'problem': 'p', 'response': 'b'} ^ a cut | b
        {'id': 1, 'question': 'p', 'answer': '7', 'model_output': 'a'}~{'id': 2, 'question': 'p', 'answer': '7', 'model_output': 'b'} ^ a | b
        {'messages': [{'role': 'user', 'content': 'p'}, {'role': 'assistant', 'content': 'a'}], 'answer': '7'}~{'messages': [{'role': 'user', 'content': 'p'}, {'role': 'assistant', 'content': 'b'}], 'answer': '7'} ^ a | b
        {'problem': 'p', 'answer': '7', 'response': {'choices': [{'message': {'content': 'a'}}, {'message': {'content': 'b'}}]}} ^ a | b
        {'problem': 'p', 'answer': '7', 'choices': [{'index': 0, 'message': {'content': 'a'}, 'finish_reason': 'stop'}, {'index': 1, 'message': {'content': 'b'}, 'finish_reason': 'length'}]} ^ a | b cut
        [{'problem': 'p', 'answer': '7', 'completions': ['a', 'b']}]                                      ^ a | b
        {'results': [{'problem': 'p', 'answer': '7', 'completions': ['a', 'b']}]}                         ^ a | b
        """)
    void aFormatGivesOneSearchWithItsTextsAndGold(String lines, String candidates) throws IOException {
        var report = imported(lines);
        assertThat(report).returns(1, ImportReport::added).returns(0, ImportReport::skipped);
        assertThat(candidates()).isEqualTo(candidates);
        assertThat(problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(org.assertj.core.api.Assertions.tuple("p", "7"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '"', textBlock = """
        'scores': [[0.5], [0.25]]                        ^ a~~b 0.5 | c 0.25
        'scores': [[0.5, 0.75], [0.25]]                  ^ a~~b 0.5 0.75 | c 0.25
        'scores': [[0.5, null], [0.25]]                  ^ a~~b 0.5 NaN | c 0.25
        'scores': [[null, null], [0.25]]                 ^ a~~b NaN NaN | c 0.25
        'scores': [[0.5, NaN], [0.25]]                   ^ a~~b 0.5 NaN | c 0.25
        'scores': [0.5, 0.25]                            ^ a~~b 0.5 | c 0.25
        'scores': [[[0.5, 0.75]], [[0.25]]]              ^ a~~b 0.5 0.75 | c 0.25
        'scores': [['0.5', '0.75'], ['nan']]             ^ a~~b 0.5 0.75 | c NaN
        'agg_scores': [0.5, 0.25]                        ^ a~~b 0.5 | c 0.25
        'rewards': [0.5, 0.25]                           ^ a~~b 0.5 | c 0.25
        'rewards': [1, 0]                                ^ a~~b 1.0 | c 0.0
        'reward_scores': [[0.5], [0.25]]                 ^ a~~b 0.5 | c 0.25
        'step_scores': [[0.5, 0.75], [0.25]]             ^ a~~b 0.5 0.75 | c 0.25
        'prm_scores': [[0.5, 0.75], [0.25]]              ^ a~~b 0.5 0.75 | c 0.25
        'score': [0.5, 0.25]                             ^ a~~b 0.5 | c 0.25
        'score': [true, false]                           ^ a~~b | c
        'score': [1, 0]                                  ^ a~~b | c
        'scores': [null, null], 'agg_scores': [0.5, 0.25] ^ a~~b 0.5 | c 0.25
        'scores': [], 'rewards': [0.5, 0.25]             ^ a~~b 0.5 | c 0.25
        'scores': [[0.5, 0.75], [0.25]], 'agg_scores': [0.1, 0.2] ^ a~~b 0.5 0.75 | c 0.25
        'rewards': [0.5]                                 ^ a~~b | c
        'rewards': [{'acc': 1}, {'acc': 0}]              ^ a~~b | c
        'rewards': ['good', 'bad']                       ^ a~~b | c
        """)
    void scoresAreReadUnderTheirNamesAndNullIsNotANumber(String scores, String candidates) throws IOException {
        imported("{'problem': 'p', 'answer': '7', 'completions': ['a\\n\\nb', 'c'], %s}".formatted(scores));
        assertThat(candidates()).isEqualTo(candidates);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '"', textBlock = """
        {'problem': 'p', 'steps': ['a', 'b'], 'final_answer_correct': true, 'label': -1} ^ a~~b ^
        {'question': {'problem': 'p', 'ground_truth_answer': '7'}, 'label': {'steps': [{'completions': [{'text': 'a', 'rating': 1}, {'text': 'x', 'rating': -1}], 'chosen_completion': 0}, {'completions': [{'text': 'b', 'rating': -1}], 'chosen_completion': null}]}} ^ a~~b 1.0 -1.0 ^ 7
        {'custom_id': 'p', 'response': {'status_code': 200, 'body': {'choices': [{'message': {'content': 'a'}, 'finish_reason': 'length'}]}}, 'error': null} ^ a cut ^
        {'custom_id': 'p', 'request': {'messages': [{'role': 'user', 'content': 'p'}]}, 'response': {'body': {'choices': [{'message': {'content': 'a'}}]}}} ^ a ^
        {'custom_id': 'p', 'result': {'type': 'succeeded', 'message': {'content': [{'type': 'text', 'text': 'a'}], 'stop_reason': 'max_tokens'}}} ^ a cut ^
        {'problem': 'p', 'completions': ['a', null], 'scores': [0.5, 0.25]} ^ a 0.5 ^
        {'problem': 'p', 'completions': [null, 'a'], 'scores': [0.5, 0.25]} ^ a 0.25 ^
        {'problem': 'p', 'completions': ['x', 'y', 'z'], 'finish_reasons': ['eos_token', 'max_tokens', null]} ^ x | y cut | z ^
        {'problem': 'p', 'completion': 'a', 'score': 1}~{'problem': 'p', 'completion': 'b', 'score': 0} ^ a | b ^
        {'problem': 'p', 'completion': 'a', 'reward': '0.5'} ^ a 0.5 ^
        {'problem': 'p', 'completion': 'a\\n\\nb', 'scores': [0.5, 0.25]} ^ a~~b 0.5 0.25 ^
        {'problem': 'p', 'completions': ['a\\n\\nb'], 'scores': [0.5, 0.25]} ^ a~~b 0.5 0.25 ^
        {'question': 'p', 'choices': ['5', '7'], 'label': 1, 'generation': 'a'} ^ a ^ B
        """)
    void furtherFormatsAreRead(String line, String candidates, @Nullable String gold) throws IOException {
        assertThat(imported(line)).returns(1, ImportReport::added);
        assertThat(candidates()).isEqualTo(candidates);
        assertThat(problems()).extracting(Problem::gold).containsExactly(gold);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '"', textBlock = """
        {'doc': {'question': 'p'}, 'resps': [[['-1.5', 'False']], [['-0.5', 'True']]]} ^ line 1: its \\"resps\\" are log-likelihoods of choices, not texts; skipped
        {'custom_id': 'p', 'error': {'message': 'too long'}, 'response': null}         ^ line 1: its request failed (too long); skipped
        {'custom_id': 'p', 'response': {'status_code': 500, 'body': {'error': {'message': 'down'}}}} ^ line 1: its request failed (down); skipped
        {'problem': 'p', 'completions': [null]}                                        ^ line 1: all texts of \\"completions\\" are null; skipped
        {'problem': 'p', 'completions': [7]}                                           ^ line 1: text 1 of \\"completions\\" is not text; skipped
        {'problem': 'p', 'pred': '7'}                                                  ^ line 1: it has neither \\"completions\\" nor \\"code\\" with texts in it; skipped
        {'problem': 'p', 'completions': ['a'], 'scores': [['high']]}                   ^ line 1: \\"scores\\" holds a value that is not a number; skipped
        {'problem': 'p', 'completions': ['a'], 'scores': [0.1, 'high']}                ^ line 1: it has 1 texts but scores for 2; skipped
        {'problem': 'p', 'completions': '[`a`, `b`]'}                                  ^ line 1: its \\"completions\\" are a list that is not JSON; write them with json.dumps; skipped
        {`problem`: `p`, `completions`: [`a`]}                                         ^ line 1: a Python value, not JSON. Write each line with json.dumps; skipped
        [{'problem': 'p'                                                               ^ element 1, line 1: the file ends before the JSON is complete; skipped
        """)
    void aLineWithoutTextsIsNamed(String line, String warning) throws IOException {
        var good = "{\"problem\": \"q\", \"completions\": [\"b\"]}\n";
        var text = line.replace('\'', '"').replace('`', '\'');
        var file = Files.writeString(folder.resolve("out.jsonl"), text.startsWith("[") ? text : text + "\n" + good);
        var live = workbench.imports().start(ImportSpec.of(file));
        assertThat(live.done().join().end())
                .isEqualTo(text.startsWith("[") ? Outcome.End.FAILED : Outcome.End.FINISHED);
        assertThat(live.report().warnings()).containsExactly(warning.replace("\\\"", "\""));
    }

    @Test
    void samplesOfOneProblemAreJoinedOverTheWholeFile() throws IOException {
        var report = imported(
                "{'problem': 'p', 'answer': '7', 'completion': 'a', 'seed': 1}~{'problem': 'q', 'answer': '8', 'completion': 'b', 'seed': 1}"
                        + "~{'problem': 'p', 'answer': '7', 'completion': 'c', 'seed': 2}~{'problem': 'q', 'answer': '8', 'completion': 'd', 'seed': 2}");
        assertThat(report).returns(2, ImportReport::added);
        assertThat(report.runs()).hasSize(1);
        assertThat(candidates()).isEqualTo("a | c | b | d");
        var search = workbench.runs().searches(report.runs().getFirst()).getFirst();
        assertThat(Objects.requireNonNull(workbench.imports().line(search.id())).fields())
                .isEqualTo("{\"seed\":[1,2]}");
        assertThat(imported(folder.resolve("out.jsonl"))).returns(0, ImportReport::added);
    }

    @Test
    void anIndexCountsFromOneIfTheWholeFileSaysSo() throws IOException {
        var report = imported(
                "{'question': 'p', 'choices': ['5', '7'], 'answer': 1, 'completions': ['A']}~{'question': 'q', 'choices': ['5', '7'], 'answer': 2, 'completions': ['B']}");
        assertThat(problems()).extracting(Problem::gold).containsExactly("A", "B");
        assertThat(report.warnings()).singleElement().asString().contains("count from 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"outputs", "lighteval"})
    void parquetIsImported(String name) throws IOException {
        var file = Path.of(Objects.requireNonNull(Problem.class.getResource(name + ".parquet"))
                .getPath());
        assertThat(imported(file)).returns(1, ImportReport::added);
        assertThat(problems()).extracting(Problem::gold).containsExactly("7");
        assertThat(trees().getFirst().candidates()).hasSize(2);
    }

    @Test
    void aTableIsImported() throws IOException {
        var file = Files.writeString(
                folder.resolve("t.csv"), "problem,answer,completion,score\np,7,a,0.5\np,7,\"b, c\",0.25\n");
        assertThat(imported(file)).returns(1, ImportReport::added);
        assertThat(candidates()).isEqualTo("a 0.5 | b, c 0.25");
    }

    @Test
    void everyFileOfTheFieldGivesItsSearches() throws IOException {
        assumeTrue(Files.isDirectory(FIELD), "the shared data folder is not here");
        try (var files = Files.list(FIELD.resolve("10-result-formats"))) {
            for (var file : files.filter(path -> !path.endsWith("README.md")).toList())
                assertThat(imported(file)).as(file.toString()).returns(0, ImportReport::skipped);
        }
        assertThat(imported(FIELD.resolve("09-null-scores/in.jsonl"))).returns(2, ImportReport::added);
    }
}
