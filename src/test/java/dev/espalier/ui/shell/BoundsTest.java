package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {
    @Test
    void aWindowIsRestoredOnAScreen() {
        var screen = new Bounds(0, 0, 1920, 1080);
        var here = new Bounds(100, 80, 1400, 860);
        assertThat(here.on(List.of(screen))).isEqualTo(here);
        assertThat(new Bounds(2500, 80, 1400, 860).on(List.of(screen))).isEqualTo(new Bounds(260, 110, 1400, 860));
        assertThat(new Bounds(-3000, 0, 4000, 3000).on(List.of(new Bounds(0, 0, 1000, 700))))
                .isEqualTo(new Bounds(-3000, 0, 4000, 3000));
        assertThat(new Bounds(5000, 0, 4000, 3000).on(List.of(new Bounds(0, 0, 1000, 700))))
                .isEqualTo(new Bounds(0, 0, 1000, 700));
    }
}
