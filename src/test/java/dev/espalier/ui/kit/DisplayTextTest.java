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
}
