package dev.espalier.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HomeTest {
    private static final Path USER = Path.of("/home/ada");

    @Test
    void isThePlatformsDataFolder() {
        assertThat(Home.folder(Map.of(), "Linux", USER)).isEqualTo(USER.resolve(".local/share/espalier"));
        assertThat(Home.folder(Map.of("XDG_DATA_HOME", "/data"), "Linux", USER)).isEqualTo(Path.of("/data/espalier"));
        assertThat(Home.folder(Map.of(), "Mac OS X", USER))
                .isEqualTo(USER.resolve("Library/Application Support/Espalier"));
        assertThat(Home.folder(Map.of("APPDATA", "/roaming"), "Windows 11", USER))
                .isEqualTo(Path.of("/roaming/Espalier"));
    }

    @Test
    void espalierHomeOverridesIt() {
        assertThat(Home.folder(Map.of("ESPALIER_HOME", "/elsewhere", "XDG_DATA_HOME", "/data"), "Linux", USER))
                .isEqualTo(Path.of("/elsewhere"));
    }
}
