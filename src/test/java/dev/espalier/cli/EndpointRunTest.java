package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.http.OnnxServer;
import dev.espalier.experiment.Workbench;
import dev.espalier.io.Home;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The command line with a server in this process that serves the sample models.
class EndpointRunTest {
    /// The build sets ESPALIER_TEST_API_KEY to this.
    private static final String KEY = "sk-only-for-tests-4711";

    @TempDir
    Path folder;

    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private OnnxServer server;

    @BeforeEach
    void captureStreams() {
        server = new OnnxServer(SampleModels.folder("policy-small"), SampleModels.folder("prm"));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreStreams() throws IOException {
        for (var name : List.of("far", "judge")) {
            Files.deleteIfExists(Home.endpoints().resolve(name).resolve("espalier.json"));
            Files.deleteIfExists(Home.endpoints().resolve(name));
        }
        System.setOut(systemOut);
        System.setErr(systemErr);
        server.close();
    }

    private int espalier(String... arguments) {
        out.reset();
        err.reset();
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--db",
                folder.resolve("cli.db").toString(),
                "--models",
                folder.resolve("models").toString()));
        return Espalier.execute(
                (Workbench.Settings _) -> 0, new PrintWriter(System.err, true), all.toArray(String[]::new));
    }

    private void model(Path place, String name, String json) throws IOException {
        Files.createDirectories(folder.resolve("models"));
        Files.writeString(Files.createDirectories(place.resolve(name)).resolve("espalier.json"), json);
    }

    /// Writes the user's own endpoints, or a models folder from elsewhere.
    private void models(Path place, String key) throws IOException {
        var endpoint = "\"url\": \"" + server.http.url() + "\", \"key\": \"" + key + "\"";
        var chat = "\"chat\": {\"prompt\": \"<|problem|>{problem}<|solution|>\"}";
        model(
                place,
                "far",
                "{\"kind\": \"policy\", \"max_new_tokens\": 200, \"context\": 512, %s, \"endpoint\": {%s}}"
                        .formatted(chat, endpoint));
        model(
                place,
                "judge",
                "{\"kind\": \"prm\", %s, \"endpoint\": {%s, \"scores\": {\"step_end\": \"\", \"column\": 0}}}"
                        .formatted(chat, endpoint));
    }

    private static final String[] RUN = {
        "run",
        "What is $17 + 5$?",
        "--gold",
        "22",
        "--policy",
        "far",
        "--prm",
        "judge",
        "--strategy",
        "beam-search",
        "-n",
        "8",
        "-m",
        "4",
        "--json"
    };

    @Test
    void aSearchRunsOverEndpointsAndStoresNoKey() throws Exception {
        models(Home.endpoints(), "ESPALIER_TEST_API_KEY");
        server.authorization = "Bearer " + KEY;
        assertThat(espalier(RUN)).as("%s", err).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(out.toByteArray())
                        .path("candidates")
                        .asInt())
                .isEqualTo(8);
        assertThat(server.http.count("/v1/completions")).isPositive();
        assertThat(espalier("runs", "1")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("far")
                .contains("http://localhost")
                .doesNotContain(KEY);
        server.authorization = "Bearer another";
        assertThat(espalier(RUN)).as("the server refuses and repeats the key").isEqualTo(1);
        var words = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
        assertThat(words)
                .contains(
                        "rejects the key (401: wrong key: Bearer …; ESPALIER_TEST_API_KEY); set the key's environment variable")
                .doesNotContain(KEY);
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(KEY);
        }
    }

    @Test
    void anEndpointInAModelsFolderGetsNoKeyAndTheMessageSaysHowToGiveOne() throws Exception {
        models(folder.resolve("models"), "ESPALIER_TEST_API_KEY");
        server.authorization = "Bearer " + KEY;
        assertThat(espalier("models")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "far: the key ESPALIER_TEST_API_KEY is not sent: its file lies in a folder of models, and keys go only to endpoints that you added yourself: "
                                + "add it in the window (Ctrl+E), or move its folder to " + Home.endpoints() + ".");
        assertThat(espalier(RUN)).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("requires a key (401: wrong key: null); its file lies in a folder of models");
        assertThat(server.http.authorizations()).as("nothing is sent").isEmpty();
    }

    @Test
    void anAddressUsesTheNamedKeyOrThatOfTheUsersOwnEndpoint() throws Exception {
        model(folder, "nothing", "{}");
        server.authorization = "Bearer " + KEY;
        var atAddress = List.of(
                "run",
                "What is $17 + 5$?",
                "--prm",
                "none",
                "--strategy",
                "best-of-n",
                "-n",
                "1",
                "--policy",
                server.http.url() + "#served");
        assertThat(espalier(atAddress.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("requires a key (401")
                .contains("--key NAME on the command line");
        assertThat(server.http.authorizations()).isEmpty();
        var named = new ArrayList<>(atAddress);
        named.addAll(List.of("--key", "ESPALIER_TEST_API_KEY"));
        espalier(named.toArray(String[]::new));
        assertThat(server.http.authorizations()).isNotEmpty().containsOnly("Bearer " + KEY);
        named.set(named.size() - 1, KEY);
        assertThat(espalier(named.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--key takes the location of a key, not the key itself")
                .doesNotContain(KEY);
        named.set(atAddress.size() - 1, "policy-small");
        assertThat(espalier(named.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--key needs an address in --policy");
        int before = server.http.authorizations().size();
        models(Home.endpoints(), "ESPALIER_TEST_API_KEY");
        espalier(atAddress.toArray(String[]::new));
        assertThat(server.http.authorizations()).hasSizeGreaterThan(before);
    }

    @Test
    void anAddressReplacesAnEndpointAndModelsAreListedWithTheirHealth() throws Exception {
        models(Home.endpoints(), "ESPALIER_TEST_API_KEY");
        server.authorization = "Bearer " + KEY;
        assertThat(espalier("models", "--json")).isZero();
        var lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(JsonMapper.shared()::readTree)
                .toList();
        assertThat(lines)
                .extracting(line ->
                        line.path("name").asString() + " " + line.path("kind").asString() + " "
                                + line.path("usable").asBoolean())
                .containsExactly("far policy true", "judge prm true");
        server.authorization = null;
        var address = server.http.url() + "#served";
        var atAddress = Arrays.copyOf(RUN, RUN.length);
        atAddress[5] = server.http.url() + "#missing";
        assertThat(espalier(atAddress)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("has no model \"missing\"; it has the models served.");
        server.http.close();
        assertThat(espalier("models")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("refuses connections; check the address and that the server runs");
        atAddress[5] = address;
        assertThat(espalier(atAddress)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("refuses connections");
    }
}
