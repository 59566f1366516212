package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void textForTheTerminalHasNoControlCharacters() {
        var printed = new ByteArrayOutputStream();
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var console = new Console(stream, stream, false);
        var hostile = "x\u001b[31m\u009b2J\u202ey";
        console.print(hostile);
        console.message(hostile);
        console.json(Map.of("answer", hostile));
        console.progress(1, 2, hostile);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("x␛[31m")
                .doesNotContain("\u001b", "\u009b", "\u202e");
    }
}
