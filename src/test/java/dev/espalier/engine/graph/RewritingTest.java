package dev.espalier.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewritingTest {
    @TempDir
    private Path temporary;

    private static void runsAsExported(ModelFolder model, String reason) {
        assertThat(model.execution().layout()).isEqualTo(GraphLayout.CONCATENATED);
        assertThat(model.execution().precision()).isEqualTo("f32");
        assertThat(model.notes().getFirst())
                .isEqualTo("KV copied at every token, at about half the speed of KV in one memory, since " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "old-export | it derives positions from the length of its past instead of taking them as an input",
                "gemma      | its KV has another element type than its attention"
            })
    void aGraphThatCannotBeRewrittenSaysWhy(String name, String reason) {
        runsAsExported(ExportedModels.folder(name), reason);
    }

    /// The new operator names have the length of the old ones, so that the file stays valid.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen3       | Softmax           | Sigmoid           | the operators from \"present.0.key\" to the softmax are not a known attention pattern",
                "torch-eager | Softmax           | Sigmoid           | the operators from \"present.0.key\" to the softmax are not a known attention pattern",
                "torch-where | Concat            | Reduce            | \"present.0.key\" is not the concatenation of \"past_key_values.0.key\" and the new positions"
            })
    void unknownAttentionIsNotRewritten(String name, String old, String now, String reason) throws IOException {
        var folder = ExportedModels.copy(name, temporary);
        var file = folder.resolve("model.onnx");
        Files.writeString(
                file,
                Files.readString(file, StandardCharsets.ISO_8859_1).replace(old, now),
                StandardCharsets.ISO_8859_1);
        runsAsExported(ModelFolder.read(folder), reason);
    }

    /// A backward traversal of such a graph would never end.
    @Test
    void aGraphWithACycleIsRejected() throws IOException {
        for (var nodes :
                new String[][][] {{{"a", "b"}, {"b", "a"}}, {{"a", "b"}, {"past_key_values.0.key", "a"}, {"a", "b"}}}) {
            var folder = ExportedModels.copy("torch-eager", Files.createTempDirectory(temporary, "c"));
            var file = folder.resolve("model.onnx");
            var model = new Proto.Message();
            for (var field : Proto.fields(MemorySegment.ofArray(Files.readAllBytes(file)))) {
                if (field.number() != OnnxFields.Model.GRAPH) continue;
                var graph = new Proto.Message();
                for (var part : Proto.fields(field.bytes())) graph.bytes(part.number(), part.bytes());
                for (var node : nodes)
                    graph.message(
                            OnnxFields.Graph.NODE,
                            new Proto.Message()
                                    .text(OnnxFields.Node.INPUT, node[0])
                                    .text(OnnxFields.Node.OUTPUT, node[1])
                                    .text(OnnxFields.Node.OPERATOR, "Identity"));
                model.message(OnnxFields.Model.GRAPH, graph);
            }
            Files.write(file, model.toBytes());
            runsAsExported(ModelFolder.read(folder), "its file cannot be parsed");
        }
    }

    /// The number of paths through this graph is 2 to the power of its depth.
    @Test
    void aGraphWithTooManyPathsIsRejected() {
        var graph = new Proto.Message();
        graph.message(
                OnnxFields.Graph.NODE,
                new Proto.Message()
                        .text(OnnxFields.Node.INPUT, "x")
                        .text(OnnxFields.Node.OUTPUT, "0")
                        .text(OnnxFields.Node.OPERATOR, "Identity"));
        for (int i = 0; i < 16; i++)
            graph.message(
                    OnnxFields.Graph.NODE,
                    new Proto.Message()
                            .text(OnnxFields.Node.INPUT, "" + i)
                            .text(OnnxFields.Node.INPUT, "" + i)
                            .text(OnnxFields.Node.OUTPUT, "" + (i + 1))
                            .text(OnnxFields.Node.OPERATOR, "Add"));
        graph.message(
                OnnxFields.Graph.INITIALIZER,
                new Proto.Message()
                        .number(OnnxFields.Tensor.TYPE, 1)
                        .bytes(OnnxFields.Tensor.RAW, new byte[4])
                        .text(OnnxFields.Tensor.NAME, "x"));
        var file = new GraphFile(MemorySegment.ofArray(
                new Proto.Message().message(OnnxFields.Model.GRAPH, graph).toBytes()));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) file.scalar("16", 64);
                })
                .isInstanceOf(AttentionPattern.NotFound.class)
                .hasMessage("it is too complex to analyse");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"sliding_window\": 100                               | its attention covers only the last 100 of 128 positions",
                "\"sliding_window\": 100, \"use_sliding_window\": true | its attention covers only the last 100 of 128 positions",
                "\"sliding_window\": 100, \"use_sliding_window\": false |",
                "\"sliding_window\": null                              |",
                "\"sliding_window\": 4096                              |"
            })
    void aSlidingWindowBelowTheContextIsNotRewritten(String field, String reason) throws IOException {
        var folder = ExportedModels.copy("torch-eager", temporary);
        var file = folder.resolve("config.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{" + field + ","));
        var model = ModelFolder.read(folder);
        if (reason == null) assertThat(model.execution().layout()).isEqualTo(GraphLayout.REWRITTEN);
        else runsAsExported(model, reason);
    }

    @Test
    void aSettingKeepsTheExportedGraph() throws IOException {
        var folder = ExportedModels.copy("torch-eager", temporary);
        var rewritten = ModelFolder.read(folder);
        var named = rewritten.at("f32-exported");
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"rewrite\": false}");
        var exported = ModelFolder.read(folder);
        runsAsExported(exported, "its espalier.json says so");
        assertThat(named.execution().layout()).isEqualTo(GraphLayout.CONCATENATED);
        assertThat(named.fingerprint())
                .as("what it computes")
                .isEqualTo(exported.fingerprint())
                .isNotEqualTo(rewritten.fingerprint());
        assertThat(exported.at("f32-exported")).isEqualTo(exported);
    }

    @Test
    void weightsAreNotCopied() throws Rewriting.Refused {
        var model = ExportedModels.folder("llama-3.2");
        var rewriting = Rewriting.of(
                model.path().resolve("model.onnx"),
                model.execution().names(),
                model.shape().layers(),
                model.shape().headDim(),
                model.shape().kvHeads());
        assertThat(rewriting.positionsFromMask()).hasSizeLessThan(16_000);
        var inside = ExportedModels.folder("qwen3");
        assertThat(Rewriting.of(
                                inside.path().resolve("model.onnx"),
                                inside.execution().names(),
                                inside.shape().layers(),
                                inside.shape().headDim(),
                                inside.shape().kvHeads())
                        .positionsFromMask())
                .hasSizeLessThan(16_000);
    }

    /// Each piece takes the attention output and the residual stream, and no KV.
    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "qwen3", "torch-eager", "torch-products"})
    void graphsAreSplitAtTheirAttentions(String name) throws Rewriting.Refused {
        var model = ExportedModels.folder(name);
        var pieces = Rewriting.of(
                        model.path().resolve("model.onnx"),
                        model.execution().names(),
                        model.shape().layers(),
                        model.shape().headDim(),
                        model.shape().kvHeads())
                .pieces()
                .stream()
                .map(piece -> new GraphFile(java.lang.foreign.MemorySegment.ofArray(piece)))
                .toList();
        assertThat(pieces).hasSize(model.shape().layers() + 1);
        assertThat(pieces.getFirst().inputs.keySet()).containsExactlyInAnyOrder("input_ids", "position_ids");
        assertThat(pieces.get(1).inputs.keySet()).containsExactlyInAnyOrder("attended", "residual", "position_ids");
        assertThat(pieces.get(1).outputs.keySet()).containsExactlyInAnyOrder("query_key", "value", "passed");
        assertThat(pieces.getLast().inputs.keySet()).containsExactlyInAnyOrder("attended", "residual");
        assertThat(pieces.getLast().outputs.keySet()).containsExactly("logits");
        for (var piece : pieces)
            assertThat(piece.nodes).noneMatch(node -> node.is("Softmax", "com.microsoft:GroupQueryAttention"));
    }

    /// In a block with parallel attention and MLP two tensors bypass attention. Here headDim is 8, too.
    @Test
    void aGraphThatCannotBeSplitHasNoPieces() throws Rewriting.Refused {
        var model = ExportedModels.folder("torch-where");
        var rewriting = Rewriting.of(
                model.path().resolve("model.onnx"),
                model.execution().names(),
                model.shape().layers(),
                model.shape().headDim(),
                model.shape().kvHeads());
        assertThat(rewriting.pieces()).isEmpty();
        assertThat(rewriting.positionsFromMask()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-3.2", "torch-eager", "torch-products", "torch-where", "torch-older"})
    void allProductsWithMatricesAreQuantized(String name) throws Rewriting.Refused {
        var model = ExportedModels.folder(name);
        var rewriting = Rewriting.of(
                model.path().resolve("model.onnx"),
                model.execution().names(),
                model.shape().layers(),
                model.shape().headDim(),
                model.shape().kvHeads(),
                temporary.resolve("rounded.bin"));
        var graph = new GraphFile(java.lang.foreign.MemorySegment.ofArray(rewriting.positionsFromMask()));
        assertThat(graph.nodes).noneMatch(node -> node.is("MatMul", "Gemm"));
        assertThat(graph.nodes.stream().filter(node -> node.is("com.microsoft:MatMulIntegerToFloat")))
                .hasSizeBetween(
                        4 * model.shape().layers() + 1, 7 * model.shape().layers() + 1);
        assertThat(rewriting.folder()).isEqualTo(temporary);
    }

    /// Softmax, mask and repeated heads are replaced by one operator per layer.
    @Test
    void eachLayersAttentionBecomesOneOperator() throws Rewriting.Refused {
        var model = ExportedModels.folder("torch-products");
        var rewriting = Rewriting.of(
                model.path().resolve("model.onnx"),
                model.execution().names(),
                model.shape().layers(),
                model.shape().headDim(),
                model.shape().kvHeads());
        var graph = new GraphFile(java.lang.foreign.MemorySegment.ofArray(rewriting.positionsFromMask()));
        assertThat(graph.nodes.stream()
                        .filter(node -> node.is("GroupQueryAttention", "com.microsoft:GroupQueryAttention"))
                        .map(Node::outputs)
                        .toList()
                        .toString())
                .contains("present.0.key, present.0.value")
                .contains("present.1.key, present.1.value");
        assertThat(graph.nodes).noneMatch(node -> node.is("Softmax", "Expand", "LessOrEqual"));
        assertThat(rewriting.masks()).hasSize(1).containsValue(Rewriting.Hidden.ADDED);
    }
}
