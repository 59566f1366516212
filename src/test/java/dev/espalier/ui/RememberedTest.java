package dev.espalier.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.beans.property.SimpleStringProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedTest {
    @TempDir
    Path folder;

    private Remembered open() {
        return new Remembered(folder.resolve("own/window.json"), Runnable::run);
    }

    @Test
    void whatWasPutIsThereTheNextTime() {
        var first = open();
        first.put("perspective", "RUNS");
        first.dark().set(true);
        first.save();
        var second = open();
        assertThat(second.get("perspective", "SEARCH")).isEqualTo("RUNS");
        assertThat(second.dark().get()).isTrue();
        assertThat(second.get("never put", "other")).isEqualTo("other");
    }

    @Test
    void aKeptPropertyComesBackAndIsWrittenWhenItChanges() {
        var first = open();
        var n = new SimpleStringProperty("16");
        first.keep("n", n);
        n.set("64");
        first.save();
        var again = new SimpleStringProperty("16");
        open().keep("n", again);
        assertThat(again.get()).isEqualTo("64");
    }

    @Test
    void aFileThatIsNoneIsLeftAsideAndWrittenAnew() throws IOException {
        Files.createDirectories(folder.resolve("own"));
        Files.writeString(folder.resolve("own/window.json"), "{\"width\": ");
        var remembered = open();
        assertThat(remembered.number("width", 1400)).isEqualTo(1400);
        remembered.put("width", "900");
        remembered.save();
        assertThat(open().number("width", 1400)).isEqualTo(900);
    }

    @Test
    void noHalfWrittenFileStaysBehind() throws IOException {
        var remembered = open();
        remembered.put("a", "b");
        remembered.save();
        try (var files = Files.list(folder.resolve("own"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("window.json");
        }
    }

    @Test
    void aWindowComesBackOnAScreen() {
        var screen = new Bounds(0, 0, 1920, 1080);
        var here = new Bounds(100, 80, 1400, 860);
        assertThat(here.on(List.of(screen))).isEqualTo(here);
        assertThat(new Bounds(2500, 80, 1400, 860).on(List.of(screen))).isEqualTo(new Bounds(260, 110, 1400, 860));
        assertThat(new Bounds(-3000, 0, 4000, 3000).on(List.of(new Bounds(0, 0, 1000, 700)))).isEqualTo(new Bounds(-3000, 0, 4000, 3000));
        assertThat(new Bounds(5000, 0, 4000, 3000).on(List.of(new Bounds(0, 0, 1000, 700)))).isEqualTo(new Bounds(0, 0, 1000, 700));
    }
}
