package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.format.Proto;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.models.ModelLibrary;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Model folders come from strangers: an error in one is shown in its row, and the others are listed.
class HostileFolderTest {
    @TempDir
    private Path folder;

    private interface Change {
        void in(Path folder) throws IOException;
    }

    /// @param words in the folder's row
    private record Case(String name, String base, Change change, String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case own(String name, String file, String old, String now, String words) {
        return new Case(name, "policy-small", path -> replace(path.resolve(file), old, now), words);
    }

    private static Case hub(String name, String file, String old, String now, String words) {
        return new Case(name, "qwen2.5-genai", path -> replace(path.resolve(file), old, now), words);
    }

    private static Case graph(String name, Proto.Message graph, String words) {
        return new Case(
                name,
                "qwen2.5-genai",
                path -> Files.write(
                        path.resolve("model.onnx"),
                        new Proto.Message().message(7, graph).toBytes()),
                words);
    }

    private static void replace(Path file, String old, String now) throws IOException {
        var text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
    }

    private static void link(Path file, String to) throws IOException {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, Path.of(to));
    }

    private static void sparse(Path file, long bytes) throws IOException {
        try (var random = new RandomAccessFile(file.toFile(), "rw")) {
            random.setLength(bytes);
        }
    }

    private static Proto.Message tensor(long... lengths) {
        var tensor = new Proto.Message().number(2, 1).text(8, "weight");
        for (long length : lengths) tensor.number(1, length);
        return new Proto.Message().message(5, tensor);
    }

    private static Proto.Message external(String key, String value) {
        var location =
                new Proto.Message().text(1, "location").text(2, key.equals("location") ? value : "model.onnx.data");
        var tensor =
                new Proto.Message().number(1, 4).number(2, 1).text(8, "weight").message(13, location);
        if (!key.equals("location"))
            tensor.message(13, new Proto.Message().text(1, key).text(2, value));
        return new Proto.Message().message(5, tensor);
    }

    private static Proto.Message nested(int depth) {
        var graph = new Proto.Message();
        for (int i = 0; i < depth; i++)
            graph = new Proto.Message()
                    .message(1, new Proto.Message().text(4, "If").message(5, new Proto.Message().message(6, graph)));
        return graph;
    }

    static Stream<Case> cases() {
        return Stream.of(
                own(
                        "NUL in a name",
                        ModelFolder.FILE,
                        "\"weights\": \"weights.bin\"",
                        "\"weights\": \"weights\\u0000.bin\"",
                        "\"weights\" must name a file of the folder"),
                own(
                        "the folder as a file",
                        ModelFolder.FILE,
                        "\"weights\": \"weights.bin\"",
                        "\"weights\": \".\"",
                        "\"weights\" must name a file of the folder"),
                own(
                        "vocabulary beyond any",
                        ModelFolder.FILE,
                        "\"vocabulary\": 768",
                        "\"vocabulary\": 2147483647",
                        "\"vocabulary\" must be at most 16,777,216"),
                own(
                        "context that is no int",
                        ModelFolder.FILE,
                        "\"context\": 512",
                        "\"context\": 1e1000000000",
                        "\"context\" must be a whole number"),
                own(
                        "chat that is a list",
                        ModelFolder.FILE,
                        "\"chat\": {",
                        "\"chat\": [], \"was\": {",
                        "the chat format \"chat\" is unknown"),
                own(
                        "state that is no shape",
                        ModelFolder.FILE,
                        "\"format\": 1,",
                        "\"format\": 1, \"state\": {\"past_x\": [2147483647, 2147483647]},",
                        "\"state.past_x\" must be a list of lengths"),
                new Case(
                        "description that never ends",
                        "policy-small",
                        path -> link(path.resolve(ModelFolder.FILE), "/dev/zero"),
                        "espalier.json is not a regular file"),
                new Case(
                        "nothing but a description that is none",
                        "policy-small",
                        path -> {
                            for (var file : List.of("fused.onnx", "model.onnx", "weights.bin", "tokenizer.json"))
                                Files.delete(path.resolve(file));
                            link(path.resolve(ModelFolder.FILE), "nowhere");
                        },
                        "espalier.json is not a regular file"),
                new Case(
                        "description that is a folder",
                        "policy-small",
                        path -> {
                            Files.delete(path.resolve(ModelFolder.FILE));
                            Files.createDirectory(path.resolve(ModelFolder.FILE));
                        },
                        "espalier.json is not a regular file"),
                new Case(
                        "description that leads to itself",
                        "policy-small",
                        path -> link(path.resolve(ModelFolder.FILE), ModelFolder.FILE),
                        "espalier.json is not a regular file"),
                new Case(
                        "description of gigabytes",
                        "policy-small",
                        path -> sparse(path.resolve(ModelFolder.FILE), 200L << 20),
                        "espalier.json has 209,715,200 bytes; Espalier reads at most 16,777,216"),
                new Case(
                        "description that nests",
                        "policy-small",
                        path -> Files.writeString(path.resolve(ModelFolder.FILE), "{\"x\":" + "[".repeat(100_000)),
                        "espalier.json is nested deeper"),
                new Case(
                        "tokenizer of gigabytes",
                        "qwen2.5-genai",
                        path -> sparse(path.resolve("tokenizer.json"), 1L << 30),
                        "tokenizer.json has 1,073,741,824 bytes; Espalier reads at most"),
                new Case(
                        "tokenizer that never ends",
                        "qwen2.5-genai",
                        path -> link(path.resolve("tokenizer.json"), "/dev/zero"),
                        "tokenizer.json is not a regular file"),
                hub(
                        "id that is no int",
                        "tokenizer.json",
                        "\"vocab\": {",
                        "\"vocab\": {\"xyzzy\": 2147483647,",
                        "the id 2147483647; ids are whole numbers from 0 to 16,777,215"),
                hub(
                        "id below zero",
                        "tokenizer.json",
                        "\"vocab\": {",
                        "\"vocab\": {\"xyzzy\": -5,",
                        "the id -5; ids are whole numbers"),
                hub(
                        "id that is a text",
                        "tokenizer.json",
                        "\"vocab\": {",
                        "\"vocab\": {\"xyzzy\": \"7\",",
                        "the id \"7\"; ids are whole numbers"),
                hub(
                        "added token without a text",
                        "tokenizer.json",
                        "\"content\": \"<|im_end|>\"",
                        "\"content\": \"\"",
                        "has an added token without a text"),
                hub(
                        "names without a layer",
                        "genai_config.json",
                        "past_key_values.%d.key",
                        "input_ids",
                        "the name \"input_ids\" stands for every layer and has no %d for its number"),
                hub(
                        "names of another format",
                        "genai_config.json",
                        "past_key_values.%d.key",
                        "%0999999999d",
                        "has no %d for its number"),
                hub(
                        "graph with NUL in its name",
                        "genai_config.json",
                        "\"model.onnx\"",
                        "\"a\\u0000b\"",
                        "which is not a file of the folder. Correct the name"),
                hub(
                        "graph outside",
                        "genai_config.json",
                        "\"model.onnx\"",
                        "\"../../x.onnx\"",
                        "which is not a file of the folder. Correct the name"),
                hub(
                        "graph that is a text",
                        "genai_config.json",
                        "\"model.onnx\"",
                        "\"tokenizer.json\"",
                        "ends too early or is no ONNX graph"),
                hub(
                        "context beyond any",
                        "genai_config.json",
                        "\"context_length\": 512",
                        "\"context_length\": -1",
                        "says that its context is -1 tokens"),
                graph(
                        "lengths that overflow",
                        tensor(1L << 62, 1L << 62),
                        "declares a tensor that is larger than any file"),
                graph("lengths below zero", tensor(-5), "declares a tensor that is larger than any file"),
                graph(
                        "offset that overflows",
                        external("offset", Long.toString(Long.MAX_VALUE)),
                        "has no output \"logits\""),
                graph(
                        "offset and length that overflow",
                        external("length", "x"),
                        "says that a tensor's length is \"x\""),
                graph("weights with NUL in their name", external("location", "a\0b"), "has no output \"logits\""),
                graph("graphs within graphs", nested(1000), "is no ONNX graph"),
                new Case(
                        "graph of nothing",
                        "qwen2.5-genai",
                        path -> sparse(path.resolve("model.onnx"), 100L << 20),
                        "is no ONNX graph"),
                new Case(
                        "graph that never ends",
                        "qwen2.5-genai",
                        path -> link(path.resolve("model.onnx"), "/dev/zero"),
                        "model.onnx is missing"),
                new Case(
                        "weights outside",
                        "llama-3.2",
                        path -> renamed(path, "model.onnx_data", "../../../x/y/z0"),
                        "which is not a file of its folder"),
                new Case(
                        "weights with NUL",
                        "llama-3.2",
                        path -> renamed(path, "model.onnx_data", "model.onnx\0data"),
                        "which is not a file of its folder"));
    }

    /// The same number of bytes, so that the file stays a valid message.
    private static void renamed(Path folder, String old, String now) throws IOException {
        assertThat(now).hasSameSizeAs(old);
        var file = folder.resolve("model.onnx");
        var latin = java.nio.charset.StandardCharsets.ISO_8859_1;
        Files.write(file, Files.readString(file, latin).replace(old, now).getBytes(latin));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBrokenFolderIsReportedInItsRow(Case broken) throws IOException {
        var models = folder.resolve("models");
        var target = models.resolve("broken");
        Files.move(
                broken.base.equals("policy-small")
                        ? SampleModels.copy(broken.base, folder)
                        : ExportedModels.copy(broken.base, folder),
                Files.createDirectories(models).resolve("broken"));
        ExportedModels.copy("qwen3", models);
        broken.change.in(target);
        try (var shelf = new ModelLibrary(
                models, folder.resolve("endpoints"), new Workbench.Settings(folder, folder, List.of()).device())) {
            var entries = shelf.entries();
            assertThat(entries.stream().filter(ModelEntry::usable).map(ModelEntry::name))
                    .as("the other")
                    .contains("qwen3");
            var rows = entries.stream()
                    .filter(entry -> entry.folder().equals(target))
                    .toList();
            for (var row : rows)
                assertThat(row.problem())
                        .contains(broken.words)
                        .doesNotContain("Exception", "dev.espalier", "does not know")
                        .hasSizeLessThan(600);
        }
    }
}
