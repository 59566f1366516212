package dev.espalier.search.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.log.Parameters.Value;
import dev.espalier.search.strategy.BestStep;
import dev.espalier.search.strategy.Strategies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterTest {
    /// A parameter of each kind.
    private static final List<Parameter> ALL = List.of(
            Parameter.budget(),
            Parameter.whole("width", "how wide", 4, 1, 9),
            Parameter.number("c", "exploration", 0.5, 0, 100),
            Parameter.flag("sorted", "best first"),
            Parameter.choice("order", "which first", "depth", "breadth", "best"),
            Parameter.text("prompt", "asked first", "Check."));
    /// Receives the parameters that reach `make`.
    private Parameters made = Parameters.NONE;
    private final Strategies.Entry entry = new Strategies.Entry("toy", "takes all kinds", ALL, given -> {
        made = given;
        return new BestStep(given.whole("width"));
    });

    private void make(Map<String, String> typed) {
        var given = Parameters.NONE;
        for (var one : typed.entrySet())
            given = given.with(
                    one.getKey(), entry.find(one.getKey()).orElseThrow().read(one.getValue()));
        entry.of(given);
    }

    @Test
    void missingParametersGetTheirDefaults() {
        make(Map.of("N", "8"));
        assertThat(made)
                .isEqualTo(Parameters.of(
                        Map.of("N", 8, "width", 4, "c", 0.5, "sorted", 0, "order", "depth", "prompt", "Check.")));
        assertThat(ALL)
                .filteredOn(Parameter::required)
                .extracting(Parameter::name)
                .containsExactly("N");
    }

    @Test
    void inputIsParsedByTheKindOfTheParameter() {
        make(Map.of("N", " 8 ", "width", "9", "c", "1e1", "sorted", "yes", "order", "best", "prompt", "Is $x = 1$?"));
        assertThat(made.whole("width")).isEqualTo(9);
        assertThat(made.number("c")).isEqualTo(10);
        assertThat(made.flag("sorted")).isTrue();
        assertThat(made.text("order")).isEqualTo("best");
        assertThat(made.text("prompt")).isEqualTo("Is $x = 1$?");
        assertThat(made).hasToString("N=8 c=10 order=best prompt=Is $x = 1$? sorted=1 width=9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "N | x | N must be a number, not \"x\": budget: complete generations it may return.",
                "N | 2147483647 | N of the strategy toy must be at most 100000, not 2147483647.",
                "width | 2.5 | width of the strategy toy must be a whole number, not 2.5.",
                "width | 0 | width of the strategy toy must be at least 1, not 0.",
                "width | 10 | width of the strategy toy must be at most 9, not 10.",
                "c | NaN | c of the strategy toy must be at least 0, not NaN.",
                "sorted | perhaps | sorted must be yes or no, not \"perhaps\": best first.",
                "order | worst | order of the strategy toy must be depth, breadth or best, not worst."
            })
    void invalidInputIsRejectedWithTheRule(String name, String typed, String sentence) {
        assertThatThrownBy(() -> make(name.equals("N") ? Map.of("N", typed) : Map.of("N", "8", name, typed)))
                .isInstanceOf(EspalierException.class)
                .hasMessage(sentence);
    }

    @Test
    void aValueOfTheWrongKindIsRejected() {
        assertThatThrownBy(() -> entry.of(Parameters.of(Map.of("N", "many"))))
                .hasMessageContaining("N must be a number, not \"many\"");
        assertThatThrownBy(() -> entry.of(Parameters.of(Map.of("N", 8, "order", 2))))
                .hasMessageContaining("must be depth, breadth or best, not 2");
        assertThatThrownBy(() -> entry.of(Parameters.of(Map.of("N", 8, "prompt", 2))))
                .hasMessageContaining("must be a text, not 2");
        assertThatThrownBy(() -> entry.of(Parameters.of(Map.of("N", 8, "sorted", 2))))
                .hasMessageContaining("must be 1 or 0, not 2");
        assertThatThrownBy(() -> entry.of(Parameters.NONE)).hasMessage("The strategy toy needs a value for N.");
    }

    @Test
    void rangesDescribeThePossibleValues() {
        assertThat(ALL)
                .extracting(Parameter::range)
                .containsExactly(
                        "a whole number from 1 to 100000",
                        "a whole number from 1 to 9",
                        "a number from 0 to 100",
                        "yes or no",
                        "depth, breadth or best",
                        "a text");
    }

    @Test
    void equalNumbersAreEqualValues() {
        assertThat(Parameters.NONE.with("N", 8))
                .isEqualTo(Parameters.of(Map.of("N", 8.0)))
                .isEqualTo(Parameters.of(Map.of("N", Value.of(8))));
        assertThat(Parameters.NONE.with("sorted", true)).isEqualTo(Parameters.of(Map.of("sorted", 1)));
    }
}
