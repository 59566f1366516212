package dev.espalier.ui.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayTextTest {
    @ParameterizedTest
    @CsvSource({"0.44, 0.4 s", "12.6, 13 s", "75, 1 min 15 s", "7380, 2 h 3 min", "NaN, –"})
    void durationsAreShort(double seconds, String words) {
        assertThat(DisplayText.duration(seconds)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.50", "NaN, –"})
    void aMissingScoreIsADash(double score, String words) {
        assertThat(DisplayText.score(score)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "## Step 1: Multiply: $49\\cdot2=98$.; Multiply: 49·2=98.",
        "Find $\\frac{1}{2}x^2$.; Find 1/2x².",
        "the final answer is: $\\boxed{49}$.; the final answer is: 49.",
        "80\\% of \\$120; 80% of $120",
        "#; #"})
    void aStepIsShownWithoutItsMarkup(String latex, String plain) {
        assertThat(DisplayText.step(latex)).isEqualTo(plain);
    }
}
