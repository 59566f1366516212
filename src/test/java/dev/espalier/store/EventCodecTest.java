package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.model.Blob;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Sampling;
import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {

    static List<SearchEvent> everyKind() {
        return List.of(
                new SearchEvent.Started(Logs.CONFIG, "set/7", "A \"quoted\" line\nand $\\frac{1}{2}$, ∑ 数学 😀"),
                new SearchEvent.Asked(List.of(
                        new Request.Sample(0, 0, List.of(0, 3, 1), true, false, 2048, Variant.IDENTITY),
                        new Request.Sample(1, 4, List.of(2), false, true, 1, Variant.IDENTITY),
                        new Request.Score(2, 9, false))),
                new SearchEvent.Asked(List.of(
                        new Request.Sample(0, 0, List.of(0), true, false, 2048, Variant.named("rotate-90")),
                        new Request.Sample(1, 4, List.of(2), false, true, 1, Variant.IDENTITY.withPrompt("Again.")))),
                new SearchEvent.Sampled(3, 4, 1, 12, List.of(), Finish.STOP, Cost.NONE, "rotate-90"),
                new SearchEvent.Asked(List.of()),
                new SearchEvent.Asked(List.of(
                        new Request.Sample(0, 0, List.of(0), true, false, 2048, Variant.named("rotate-90"), 1),
                        new Request.LookAhead(1, 4, 7, 2),
                        new Request.NextTokens(2, 4, Step.Text.EMPTY, 8, 1),
                        new Request.Score(3, 9, true, 1))),
                new SearchEvent.Asked(List.of(
                        new Request.LookAhead(1, 4, 7, 0),
                        new Request.NextTokens(2, 4, Step.of("a", new int[] {1}, new float[] {-1}), 8, 0),
                        new Request.Score(3, 9, true, 0))),
                new SearchEvent.Asked(List.of(new Request.Score(3, 9, false, 1))),
                new SearchEvent.Sampled(
                        3,
                        4,
                        1,
                        12,
                        List.of(
                                Step.of("First.\n\n", new int[] {0, 1, 151_935, Integer.MAX_VALUE, -1}, new float[] {
                                    -0.0f, -0.1f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Float.NaN
                                }),
                                Step.of("", new int[0], new float[0])),
                        Finish.LENGTH,
                        new Cost(Long.MAX_VALUE, 1)),
                new SearchEvent.Sampled(5, 2, 0, 20, List.of(), Finish.STOP, Cost.NONE),
                new SearchEvent.Scored(
                        2,
                        9,
                        List.of(
                                0.1 + 0.2,
                                -0.0,
                                Double.MIN_VALUE,
                                1.0,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY),
                        new Cost(0, 99)),
                new SearchEvent.Scored(
                        2,
                        9,
                        List.of(0.5, 0.25),
                        List.of("The sum is right.", "It adds \"12\" twice."),
                        new Cost(0, 99)),
                new SearchEvent.Sampled(
                        3,
                        4,
                        1,
                        12,
                        List.of(new Step.Media(new Blob("ab".repeat(32), "image/png"))),
                        Finish.STOP,
                        Cost.NONE),
                new SearchEvent.Selected(
                        3,
                        List.of(new SearchEvent.Choice(4, 0, 0.75, "rank 1 of 2")),
                        List.of(new SearchEvent.Choice(5, 1, Double.NaN, ""))),
                new SearchEvent.Ended(2, 12, Finish.CANCELLED),
                new SearchEvent.Failed("The policy's server does not answer."),
                new SearchEvent.Finished(3, new Cost(1, 2), new Cost(0, 4)));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyKindOfEventComesBackEqual(SearchEvent event) {
        assertThat(comesBack(event)).isEqualTo(event);
    }

    @Test
    void settingsForPicturesComeBackEqual() {
        var config = new SearchConfig(
                "best-of-n",
                Parameters.NONE,
                new Sampling.Image(4, 1.5, 512, 768),
                Reduction.LAST,
                1,
                "policy",
                "ab",
                "",
                "");
        assertThat(comesBack(new SearchEvent.Started(config, "p", "a red square")))
                .isEqualTo(new SearchEvent.Started(config, "p", "a red square"));
    }

    @Test
    void onlyAnEventWithSomethingNewIsWrittenInTheNewFormat() {
        assertThat(everyKind().stream().filter(event -> EventCodec.format(event) == 2))
                .hasSize(6);
    }

    @Test
    void aRequestToTheFirstModelOfItsRoleIsWrittenAsBeforeSeveralCouldBeNamed() {
        var asked = new SearchEvent.Asked(List.of(
                new Request.Sample(0, 0, List.of(0, 3), true, false, 2048, Variant.IDENTITY),
                new Request.LookAhead(1, 4, 7, 0),
                new Request.NextTokens(2, 4, Step.Text.EMPTY, 8, 0),
                new Request.Score(3, 9, true)));
        assertThat(EventCodec.encode(asked)).isEqualTo("""
            {"requests":[{"sample":0,"parent":0,"path":[0,3],"step":true,"greedy":false,"max":2048},{"lookAhead":1,"node":4,"max":7},{"nextTokens":2,"node":4,"k":8},{"score":3,"node":9,"ahead":true}]}""");
        assertThat(EventCodec.format(asked)).isEqualTo(1);
    }

    @Test
    void topKAndMinPComeBackAndAreNotWrittenWhereTheyAreNotUsed() {
        var started = new SearchEvent.Started(Logs.CONFIG, "p", "question");
        assertThat(EventCodec.encode(started)).doesNotContain("topK").doesNotContain("minP");
        var config = new SearchConfig(
                "greedy",
                Parameters.NONE,
                new Generation(0.7, 0.9, 40, 0.05, 100, "\n", ""),
                Reduction.LAST,
                1,
                "policy",
                "ab",
                "",
                "");
        assertThat(comesBack(new SearchEvent.Started(config, "p", "question")))
                .isEqualTo(new SearchEvent.Started(config, "p", "question"));
    }

    @Test
    void numbersComeBackToTheBit() {
        var random = new SplittableRandom(7);
        var logProbs = new float[20_000];
        for (int i = 0; i < logProbs.length; i++) logProbs[i] = Float.intBitsToFloat(random.nextInt());
        var tokens = random.ints(logProbs.length).toArray();
        var scores = random.longs(5_000)
                .mapToDouble(Double::longBitsToDouble)
                .boxed()
                .toList();

        var sampled = (SearchEvent.Sampled) comesBack(
                new SearchEvent.Sampled(0, 0, 0, 1, List.of(Step.of("x", tokens, logProbs)), Finish.STOP, Cost.NONE));
        var scored = (SearchEvent.Scored) comesBack(new SearchEvent.Scored(0, 1, scores, Cost.NONE));

        assertThat(sampled.steps().getFirst().tokens()).isEqualTo(tokens);
        assertThat(bits(sampled.steps().getFirst().logProbs())).isEqualTo(bits(logProbs));
        assertThat(scored.scores().stream().map(Double::doubleToLongBits))
                .isEqualTo(scores.stream().map(Double::doubleToLongBits).toList());
    }

    private static int[] bits(float[] numbers) {
        var bits = new int[numbers.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(numbers[i]);
        return bits;
    }

    /// A tokenizer that splits a surrogate pair must not make the log unreadable.
    @ParameterizedTest
    @ValueSource(
            strings = {"\ud83d", "a\ude00b", "\ud83d\ud83d\ude00\ude00", "\u0000\u0001\u001f\u007f\u2028\ufffe\uffff"})
    void textThatIsNotProperUnicodeComesBackEqual(String text) {
        var event = new SearchEvent.Failed(text);
        var utf8 = EventCodec.encode(event).getBytes(StandardCharsets.UTF_8);
        assertThat(EventCodec.decode("failed", 1, new String(utf8, StandardCharsets.UTF_8)))
                .isEqualTo(event);
    }

    @Test
    void theConfigurationComesBackEqual() {
        assertThat(EventCodec.decodeConfig(EventCodec.encode(Logs.CONFIG))).isEqualTo(Logs.CONFIG);
    }

    @Test
    void scoresOfACandidateComeBackEqual() {
        var scores = DoubleStream.of(0.25, Double.NaN, Double.POSITIVE_INFINITY)
                .boxed()
                .toList();
        assertThat(EventCodec.encode(scores)).isEqualTo("[0.25,\"NaN\",\"Infinity\"]");
        assertThat(EventCodec.decodeDoubles(EventCodec.encode(scores))).isEqualTo(scores);
    }

    /// Old files stay readable: this is format 1, letter by letter.
    @Test
    void theFormatDoesNotChange() {
        assertThat(EventCodec.encode(new SearchEvent.Sampled(
                        3,
                        4,
                        1,
                        12,
                        List.of(Step.of("Hi.\n\n", new int[] {1, 258}, new float[] {-0.5f, -1})),
                        Finish.STEP,
                        new Cost(2, 40))))
                .isEqualTo("""
                {"request":3,"parent":4,"child":1,"node":12,"finish":"STEP","cost":[2,40],"steps":[{"text":"Hi.\\n\\n","tokens":"AQAAAAIBAAA=","logProbs":"AAAAvwAAgL8="}]}""");
        assertThat(EventCodec.decode("selected", 1, """
            {"iteration":0,"kept":[[4,0,0.75,"rank 1 of 2"]],"pruned":[[5,1,"NaN","rank 2 of 2"]]}"""))
                .isEqualTo(new SearchEvent.Selected(
                        0,
                        List.of(new SearchEvent.Choice(4, 0, 0.75, "rank 1 of 2")),
                        List.of(new SearchEvent.Choice(5, 1, Double.NaN, "rank 2 of 2"))));
    }

    /// A program of an earlier version skips the note: it reads a truncated path, and a path that was not scored.
    @Test
    void aNoteIsAnOptionalFieldOfTheFirstFormat() {
        var sampled = new SearchEvent.Sampled(
                3, 4, 1, 12, List.of(), Finish.LENGTH, Cost.NONE, "", "the server has no room left");
        var scored = new SearchEvent.Scored(3, 4, List.of(), List.of(), Cost.NONE, "the path is too long");
        for (var event : List.of(sampled, scored)) {
            assertThat(EventCodec.format(event)).isEqualTo(1);
            assertThat(EventCodec.decode(EventCodec.kind(event), 1, EventCodec.encode(event)))
                    .isEqualTo(event);
        }
        assertThat(EventCodec.decode("sampled", 1, EventCodec.encode(sampled).replaceFirst(",\"note\":\"[^\"]*\"", "")))
                .isEqualTo(new SearchEvent.Sampled(3, 4, 1, 12, List.of(), Finish.LENGTH, Cost.NONE));
        assertThat(EventCodec.decode("scored", 1, EventCodec.encode(scored).replaceFirst(",\"note\":\"[^\"]*\"", "")))
                .isEqualTo(new SearchEvent.Scored(3, 4, List.of(), Cost.NONE));
    }

    @Test
    void aFormatOfTheFutureIsNotGuessedAt() {
        assertThatThrownBy(() -> EventCodec.decode("failed", 3, "{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "failed|{'reason': null}",
                "started|{'problem': null, 'text': 'x', 'config': %s}",
                "selected|{'iteration': 0, 'kept': [], 'pruned': [[1, 0, 0.5, null]]}",
                "foreseen|{'request': 1, 'node': 1, 'cost': [1, 1], 'choices': [[5, null, -1, true]]}",
                "scored|{'request': 1, 'node': 1, 'cost': [1, 1], 'scores': [0.5], 'rationales': [null]}"
            })
    void aValueThatIsNotATextIsRefused(String kind, String payload) {
        var json = payload.replace('\'', '"').replace("%s", EventCodec.encode(Logs.CONFIG));
        assertThatThrownBy(() -> EventCodec.decode(kind, 2, json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a text");
    }

    private static SearchEvent comesBack(SearchEvent event) {
        return EventCodec.decode(EventCodec.kind(event), EventCodec.format(event), EventCodec.encode(event));
    }
}
