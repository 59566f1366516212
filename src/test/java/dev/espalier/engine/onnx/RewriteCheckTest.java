package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.graph.GraphLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class RewriteCheckTest {
    @TempDir
    private Path temporary;

    private static ModelFolder checked(ModelFolder model, @Nullable Path remembered) {
        return RewriteCheck.checked(model, Backends.of(Device.CPU), 1, remembered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-3.2",
                "llama-3.2-f16",
                "qwen3",
                "torch-eager",
                "torch-products",
                "torch-where",
                "torch-older",
                "torch-int8"
            })
    void aRewrittenGraphWithEqualResultsIsUsed(String name) {
        var model = ExportedModels.folder(name);
        assertThat(checked(model, null)).isSameAs(model);
        assertThat(model.execution().layout()).isEqualTo(GraphLayout.REWRITTEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma", "old-export", "qwen2.5-genai", "llama-3.2@f32-exported"})
    void otherGraphsAreNotChecked(String name) {
        var model = ExportedModels.folder(name);
        assertThat(checked(model, temporary.resolve("checked"))).isSameAs(model);
        assertThat(temporary.resolve("checked")).doesNotExist();
    }

    /// Replaces bytes in a model's graph by others of the same length.
    private ModelFolder changed(String name, byte[] old, byte[] now) throws IOException {
        var folder = ExportedModels.copy(name, temporary);
        var bytes = Files.readAllBytes(folder.resolve("model.onnx"));
        int found = 0;
        for (int at = 0; at + old.length <= bytes.length; at++) {
            if (!ByteBuffer.wrap(bytes, at, old.length).equals(ByteBuffer.wrap(old))) continue;
            System.arraycopy(now, 0, bytes, at, now.length);
            found++;
        }
        assertThat(found).isPositive();
        Files.write(folder.resolve("model.onnx"), bytes);
        return ModelFolder.read(folder);
    }

    private static byte[] constant(String name, float value) {
        var text = name.getBytes(StandardCharsets.US_ASCII);
        // Fields 8 and 9 of a tensor: its name and four bytes of data.
        return ByteBuffer.allocate(text.length + 6)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(text)
                .put((byte) (9 << 3 | 2))
                .put((byte) 4)
                .putFloat(value)
                .array();
    }

    private static byte[] number(float value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
    }

    @Test
    void aGraphWhoseMasksWeighPositionsRunsAsExported() throws IOException {
        var model = changed("qwen3", constant("c_float32__0.0", 0), constant("c_float32__0.0", 0.5f));
        var used = checked(model, null);
        assertThat(used.execution().layout()).isEqualTo(GraphLayout.CONCATENATED);
        assertThat(used.execution().precision()).isEqualTo("f32-exported");
        assertThat(used.notes().getFirst())
                .isEqualTo(
                        "KV copied at every token, at about half the speed of KV in one memory, since its attention does not see all positions of its context");
    }

    @Test
    void aGraphWithOtherResultsRunsAsExportedAndTheResultIsStored() throws IOException {
        // Replaces the smallest float by 0, as the lower bound of scores and as the value of hidden ones.
        var model = changed("torch-where", number(-Float.MAX_VALUE), number(0));
        var remembered = temporary.resolve("checked");
        var used = checked(model, remembered);
        assertThat(used.execution().layout()).isEqualTo(GraphLayout.CONCATENATED);
        assertThat(used.fingerprint())
                .isNotEqualTo(model.fingerprint())
                .isEqualTo(model.at("f32-exported").fingerprint());
        assertThat(used.notes().getFirst())
                .contains("the log-probabilities of the rewritten graph differ from the original's by up to ");
        assertThat(remembered.toFile().list()).containsExactly(model.fingerprint() + "-cpu");
        assertThat(checked(model, remembered)).isEqualTo(used);
    }

    @Test
    void aCheckRunsOnceAndAgainIfItsResultIsLostOrDamaged() throws IOException {
        var model = ExportedModels.folder("torch-eager");
        var file = temporary.resolve("checked").resolve(model.fingerprint() + "-cpu");
        assertThat(checked(model, temporary.resolve("checked"))).isSameAs(model);
        assertThat(file).hasContent("same");
        // With a stored result nothing is compared.
        Files.writeString(file, "other: somebody has looked");
        assertThat(checked(model, temporary.resolve("checked")).notes().getFirst())
                .endsWith("since somebody has looked");
        for (var damaged : List.of("", "sam", "\0\0\0\0")) {
            Files.writeString(file, damaged);
            assertThat(checked(model, temporary.resolve("checked"))).isSameAs(model);
            assertThat(file).hasContent("same");
        }
    }

    @Test
    void withoutAResultFolderTheModelIsCheckedEachTime() throws IOException {
        // A file in place of the folder, so that writing fails as on a full disk or without permission.
        var place = Files.writeString(temporary.resolve("checked"), "");
        var model = ExportedModels.folder("torch-eager");
        assertThat(checked(model, place)).isSameAs(model);
        assertThat(checked(model, place)).isSameAs(model);
    }

    @Test
    void weightsAreQuantizedOnceAndAgainIfTheFileIsLostOrTruncated() throws IOException {
        var place = temporary.resolve("checked");
        var model = ExportedModels.folder("torch-eager").rounded(Path.of(""));
        var file = Objects.requireNonNull(checked(model, place).execution().rounded());
        assertThat(file).isEqualTo(place.resolve(model.fingerprint() + ".bin"));
        var bytes = Files.readAllBytes(file);
        var written = Files.getLastModifiedTime(file);
        assertThat(checked(model, place).execution().rounded()).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        checked(model, place);
        assertThat(file).hasBinaryContent(bytes);
        Files.delete(file);
        checked(model, place);
        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void aFolderThatCannotBeWrittenFailsQuantizationWithAMessage() throws IOException {
        var place = Files.writeString(temporary.resolve("checked"), "");
        var model = ExportedModels.folder("torch-eager").rounded(Path.of(""));
        assertThatThrownBy(() -> checked(model, place))
                .isInstanceOf(EspalierException.class)
                .hasMessageStartingWith(
                        "The weights of torch-eager cannot be quantized: its quantized weights cannot be written to "
                                + place.resolve(model.fingerprint() + ".bin"))
                .hasMessageEndingWith("Free disk space there, or use torch-eager in its own precision, f32.");
    }

    @Test
    void aGraphThatIsNotRewrittenIsNotQuantized() throws IOException {
        var model = changed("torch-where", number(-Float.MAX_VALUE), number(0)).rounded(Path.of(""));
        assertThatThrownBy(() -> checked(model, temporary.resolve("checked")))
                .isInstanceOf(EspalierException.class)
                .hasMessage(
                        "The weights of torch-where cannot be quantized, since its exported graph is used: use torch-where in its own precision, f32.");
    }

    @Test
    void largeModelsOfferAQuantizedPrecision() {
        var small = ExportedModels.folder("torch-eager");
        assertThat(small.precisions()).containsExactly("f32");
        assertThat(small.rounded(Path.of("")).fingerprint()).isNotEqualTo(small.fingerprint());
        assertThat(small.rounded(Path.of("")).unrounded()).isEqualTo(small);
    }

    @Test
    void theModelFolderIsNotModified() throws IOException {
        var folder = ExportedModels.copy("torch-eager", temporary);
        try (var policy = dev.espalier.engine.Models.policy(ModelFolder.read(folder), Device.CPU, 1)) {
            assertThat(policy.card().device()).isEqualTo("CPU, 1 thread, f32");
        }
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        ExportedModels.path("torch-eager").toFile().list());
    }

    @Test
    void aFolderOfLinksIsReadAtTheirTargets() throws IOException {
        var blobs = ExportedModels.copy("llama-3.2", temporary.resolve("blobs"));
        var folder = Files.createDirectories(temporary.resolve("snapshot"));
        for (var name : blobs.toFile().list()) Files.createSymbolicLink(folder.resolve(name), blobs.resolve(name));
        var model = ModelFolder.read(folder);
        assertThat(checked(model, null)).isSameAs(model);
        assertThat(model.execution().layout()).isEqualTo(GraphLayout.REWRITTEN);
    }
}
