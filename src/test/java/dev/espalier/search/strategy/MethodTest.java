package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.search.log.Mode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MethodTest {
    @ParameterizedTest
    @EnumSource
    void everyMethodHasARegisteredStrategyAndItsOwnWordAndTitle(Method method) {
        assertThat(Strategies.find(method.strategy(), Mode.STANDARD)).isPresent();
        assertThat(Method.of(method.word())).isEqualTo(method);
        assertThat(Arrays.stream(Method.values()).map(Method::title)).containsOnlyOnce(method.title());
        assertThat(method.note()).isNotBlank();
    }

    @Test
    void everyRegisteredStrategyIsInTheCatalogue() {
        for (var strategy : Strategies.names())
            assertThat(Arrays.stream(Method.values()).map(Method::strategy)).contains(strategy);
    }

    @ParameterizedTest
    @CsvSource({
        "beam-search M=2,Beam search M=2",
        "weighted,Weighted best-of-N",
        "likelihood-weighted,Likelihood-weighted",
        "best-of-n · T=1.0,Best-of-N · T=1.0",
        "something-new,Something-new"
    })
    void aCurvesLabelHasItsMethodsTitle(String curve, String label) {
        assertThat(Method.label(curve)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({"dvts,DVTS", "log-prob-beam,Log-probability beam", "best-step,Best step"})
    void aStrategysTitleIsItsMethodsTitle(String strategy, String title) {
        assertThat(Method.titleOf(strategy)).isEqualTo(title);
    }

    @Test
    void anUnknownMethodIsRejectedWithTheKnownOnes() {
        assertThatThrownBy(() -> Method.of("luck"))
                .hasMessageStartingWith("There is no method called \"luck\". There are: greedy, majority, ");
    }
}
