package dev.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DisplayTest {

    @Test
    void windowsAndMacHaveADisplay() {
        assertThat(Display.missing("Windows 11", Map.of())).isEmpty();
        assertThat(Display.missing("Mac OS X", Map.of())).isEmpty();
    }

    @Test
    void linuxWithoutDisplayHasNone() {
        assertThat(Display.missing("Linux", Map.of())).contains("DISPLAY is not set");
        assertThat(Display.missing("Linux", Map.of("DISPLAY", ":987"))).contains(":987");
    }

    @Test
    void aForwardedDisplayIsTried() {
        assertThat(Display.missing("Linux", Map.of("DISPLAY", "localhost:10.0")))
                .isEmpty();
    }
}
