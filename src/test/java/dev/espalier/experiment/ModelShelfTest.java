package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelShelfTest {
    @TempDir Path folder;

    private void endpoint(String place, String name, String kind, String host) throws IOException {
        var model = Files.createDirectories(folder.resolve(place).resolve(name));
        Files.writeString(model.resolve(ModelFolder.FILE), "{\"kind\": \"%s\", \"max_new_tokens\": 77, \"endpoint\": {\"url\": \"http://%s:1\"}}".formatted(kind, host));
    }

    private ModelShelf shelf() {
        return new ModelShelf(folder.resolve("models"), folder.resolve("endpoints"), new Workbench.Settings(folder, folder, java.util.List.of()).device());
    }

    @Test
    void aPersonsEndpointsAreListedWithEveryModelsFolderAndItsOwnComeFirst() throws IOException {
        endpoint("models", "box", "policy", "near");
        endpoint("endpoints", "box", "policy", "far");
        endpoint("endpoints", "judge", "prm", "far");
        Files.createDirectories(folder.resolve("endpoints/nothing"));
        assertThat(shelf().entries()).extracting(entry -> entry.name() + " " + entry.kind() + " " + entry.endpoint() + " " + entry.usable())
            .containsExactly("box policy http://near:1 true", "judge prm http://far:1 true");
        assertThat(shelf().generation("box").maxNewTokens()).isEqualTo(77);
    }

    @Test
    void anEndpointIsUsedForWhatItIs() throws IOException {
        endpoint("endpoints", "judge", "prm", "far");
        assertThatThrownBy(() -> shelf().generation("judge")).isInstanceOf(EspalierException.class).hasMessage("The endpoint \"judge\" is a prm, and a policy is needed here.");
        assertThatThrownBy(() -> shelf().generation("other")).hasMessageContaining("There is no model \"other\"");
        assertThat(shelf().generation("http://box:8000/v1#m").separator()).isEqualTo("\n\n");
    }
}
