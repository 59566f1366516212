package dev.espalier.ui.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.beans.property.SimpleStringProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSettingsTest {
    @TempDir
    Path folder;

    private WindowSettings open() {
        return new WindowSettings(folder.resolve("own/window.json"), Runnable::run);
    }

    @Test
    void settingsAreThereAfterARestart() {
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
    void aStoredPropertyIsRestoredAndWrittenWhenItChanges() {
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
    void anUnreadableFileIsIgnoredAndReplaced() throws IOException {
        Files.createDirectories(folder.resolve("own"));
        Files.writeString(folder.resolve("own/window.json"), "{\"width\": ");
        var settings = open();
        assertThat(settings.number("width", 1400)).isEqualTo(1400);
        settings.put("width", "900");
        settings.save();
        assertThat(open().number("width", 1400)).isEqualTo(900);
    }

    @Test
    void noPartialFileRemains() throws IOException {
        var settings = open();
        settings.put("a", "b");
        settings.save();
        try (var files = Files.list(folder.resolve("own"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("window.json");
        }
    }
}
