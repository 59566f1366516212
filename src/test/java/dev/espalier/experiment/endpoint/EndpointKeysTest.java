package dev.espalier.experiment.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointKeysTest {
    @TempDir
    Path folder;

    private void own(String name, String url, String key) throws IOException {
        var file = Files.createDirectories(folder.resolve("endpoints").resolve(name))
                .resolve("espalier.json");
        Files.writeString(
                file, "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"%s\", \"key\": \"%s\"}}".formatted(url, key));
    }

    private String at(EndpointKeys keys, String url) {
        return keys.at(URI.create(url));
    }

    @Test
    void anAddressGetsTheKeyThatWasNamedForItsOrigin() {
        var keys = new EndpointKeys(folder.resolve("endpoints"));
        assertThat(at(keys, "https://box/v1")).isEmpty();
        keys.use("https://Box/v1#m", "BOX_API_KEY");
        assertThat(at(keys, "https://box:443/other")).isEqualTo("BOX_API_KEY");
        for (var other : new String[] {"http://box/v1", "https://box:8443/v1", "https://box.elsewhere.org/v1"})
            assertThat(at(keys, other)).isEmpty();
        assertThatThrownBy(() -> keys.use("https://box/v1", "sk-secret"))
                .isInstanceOf(EspalierException.class)
                .hasMessageNotContaining("sk-secret");
    }

    @Test
    void anAddressGetsTheKeyOfTheUsersOwnEndpointsIfTheyAgree() throws IOException {
        own("box", "http://box:8000", "BOX_API_KEY");
        own("again", "http://box:8000/v1", "BOX_API_KEY");
        own("broken", "nonsense", "BOX_API_KEY");
        var keys = new EndpointKeys(folder.resolve("endpoints"));
        assertThat(at(keys, "http://box:8000/v1")).isEqualTo("BOX_API_KEY");
        assertThat(at(keys, "http://box:8001/v1")).isEmpty();
        own("third", "http://box:8000", "OTHER_API_KEY");
        assertThat(at(keys, "http://box:8000/v1")).isEmpty();
    }

    @Test
    void onlyAnEndpointInTheUsersOwnFolderGetsItsKey() {
        var keys = new EndpointKeys(folder.resolve("endpoints"));
        assertThat(keys.withheld(folder.resolve("endpoints/box"))).isEmpty();
        for (var elsewhere :
                new String[] {"models/box", "endpoints/../models/box", "endpoints/deeper/box", "endpoints"}) {
            assertThat(keys.withheld(folder.resolve(elsewhere)))
                    .as(elsewhere)
                    .contains("add it in the window (Ctrl+E), or move its folder to " + folder.resolve("endpoints"));
        }
    }
}
