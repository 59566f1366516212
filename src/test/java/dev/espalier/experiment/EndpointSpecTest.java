package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.http.FakeServer;
import dev.espalier.engine.http.endpoint.EndpointFile;
import dev.espalier.engine.http.wire.FreePort;
import dev.espalier.experiment.endpoint.EndpointReport;
import dev.espalier.experiment.endpoint.EndpointSpec;
import dev.espalier.experiment.endpoint.EndpointSpec.Field;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.models.ModelLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSpecTest {
    @TempDir
    Path folder;

    private static EndpointSpec spec(String addresses, String model, String api, String chat, String key, String name) {
        return new EndpointSpec(
                name, "policy", addresses, model, api, chat, key, "64", "pooling", "<extra_0>", "1", "none");
    }

    private static EndpointSpec spec(String addresses, String model) {
        return spec(addresses, model, EndpointSpec.BEST, EndpointSpec.SERVERS_OWN, "", "");
    }

    private ModelLibrary library() {
        return new ModelLibrary(
                folder.resolve("models"),
                folder.resolve("endpoints"),
                new Workbench.Settings(folder, folder, java.util.List.of()).device());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "'' ; the server's best ; the server's own ; '' ; '' ; ADDRESS ; Type the server's address",
                "box:8000 ; the server's best ; the server's own ; '' ; '' ; ADDRESS ; give one like http://host:8000/v1",
                "http://me:secret@box ; the server's best ; the server's own ; '' ; '' ; ADDRESS ; holds a name or password",
                "http://box ; the server's best ; the server's own ; sk-4711 ; '' ; KEY ; never stores the key itself",
                "http://box ; the server's best ; the server's own ; PATH ; '' ; KEY ; ends with _API_KEY",
                "http://box ; the server's best ; the server's own ; '' ; ../box ; NAME ; begins with a letter",
            })
    void errorsNameTheirField(
            String addresses, String api, String chat, String key, String name, Field field, String words) {
        var invalid = spec(addresses, "", api, chat, key, name).invalidField().orElseThrow();
        assertThat(invalid.field()).isEqualTo(field);
        assertThat(invalid.message()).contains(words).doesNotContain("secret").doesNotContain("sk-4711");
    }

    @Test
    void aNameIsMadeOfAddressAndModel() {
        assertThat(spec("http://box:8000", "").effectiveName()).isEqualTo("box");
        assertThat(spec("http://box:8000, http://other", "Qwen/Qwen2.5-Math-7B").effectiveName())
                .isEqualTo("box-Qwen2.5-Math-7B");
        assertThat(spec("http://10.0.0.1", "llama:8b").effectiveName()).isEqualTo("10.0.0.1-llama-8b");
    }

    @Test
    void anEndpointThatAnswersIsKeptWhereTheCommandLineFindsItAndReplacedByOneOfItsName() {
        try (var server = new FakeServer("vllm", "m");
                var library = library()) {
            var spec = spec(server.url() + " http://localhost:" + FreePort.find(), "m");
            var report = add(library, spec);
            assertThat(report.message())
                    .startsWith("vllm answers with m, up to 4096 tokens.")
                    .contains("refuses connections");
            assertThat(report.good()).isTrue();
            assertThat(library.entries()).extracting(ModelEntry::name).containsExactly("localhost-m");
            assertThat(library.policy("localhost-m").card().name()).isEqualTo("localhost-m");
            var before = library.policy("localhost-m");
            assertThat(add(library, spec(server.url().toString(), "m")).good()).isTrue();
            assertThat(EndpointFile.read(folder.resolve("endpoints/localhost-m"))
                            .urls())
                    .containsExactly(server.url());
            assertThat(library.policy("localhost-m")).isNotSameAs(before);
        }
    }

    @Test
    void anUnusableEndpointIsReportedAtItsFieldAndNotStored() throws IOException {
        try (var server = new FakeServer("vllm", "m", "n");
                var locked = new FakeServer("vllm", "m");
                var library = library()) {
            locked.on("/v1/models", request -> request.json(401, Map.of("error", "Unauthorized")));
            var dead = "http://localhost:" + FreePort.find();
            assertReport(
                    add(library, spec(dead, "m")),
                    Field.ADDRESS,
                    "refuses connections; check the address and that the server runs.");
            assertReport(add(library, spec(server.url().toString(), "")), Field.MODEL, "has the models m, n; name one");
            assertReport(
                    add(library, spec(server.url().toString(), "q")),
                    Field.MODEL,
                    "has no model \"q\"; it has the models m, n.");
            assertReport(
                    add(library, spec(locked.url().toString(), "m")),
                    Field.KEY,
                    "requires a key (401: Unauthorized); name the place of its key");
            assertReport(
                    add(
                            library,
                            spec(
                                    server.url().toString(),
                                    "m",
                                    EndpointSpec.BEST,
                                    EndpointSpec.SERVERS_OWN,
                                    "ESPALIER_NOT_SET",
                                    "")),
                    Field.KEY,
                    "ESPALIER_NOT_SET, which should hold the endpoint's key, is not set");
            try (var other = new FakeServer("someone", "m")) {
                assertReport(
                        add(library, spec(other.url().toString(), "m", "tokens", EndpointSpec.SERVERS_OWN, "", "")),
                        Field.API,
                        "does not accept token ids");
            }
            Files.createDirectories(folder.resolve("models/box"));
            Files.writeString(folder.resolve("models/box/espalier.json"), "{}");
            assertReport(
                    add(
                            library,
                            spec(server.url().toString(), "m", EndpointSpec.BEST, EndpointSpec.SERVERS_OWN, "", "box")),
                    Field.NAME,
                    "There is a model \"box\" among the model folders");
            assertThat(folder.resolve("endpoints")).doesNotExist();
            Files.writeString(
                    folder.resolve("models/box/espalier.json"),
                    "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://elsewhere\"}}");
            assertThat(add(
                                    library,
                                    spec(
                                            server.url().toString(),
                                            "m",
                                            EndpointSpec.BEST,
                                            EndpointSpec.SERVERS_OWN,
                                            "",
                                            "box"))
                            .good())
                    .as("an endpoint that came with models may be replaced")
                    .isTrue();
            assertThat(library.entries())
                    .extracting(ModelEntry::folder)
                    .containsExactly(folder.resolve("endpoints/box"));
        }
    }

    private static EndpointReport add(ModelLibrary library, EndpointSpec spec) {
        var report = library.ask(spec);
        if (report.good()) library.keep(spec);
        return report;
    }

    private static void assertReport(EndpointReport report, Field field, String words) {
        assertThat(report.message()).contains(words);
        assertThat(report.field()).isEqualTo(field);
    }
}
