package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void oneReadingGivesNoRate() {
        assertThat(new Rate(3).at(5, 100)).isZero();
    }

    @Test
    void onlyTheLastSecondsCount() {
        var rate = new Rate(2);
        rate.at(0, 0);
        rate.at(SECOND, 1000);
        rate.at(2 * SECOND, 1010);
        rate.at(3 * SECOND, 1020);
        assertThat(rate.at(4 * SECOND, 1030)).isEqualTo(10);
    }
}
