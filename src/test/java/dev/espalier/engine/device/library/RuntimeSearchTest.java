package dev.espalier.engine.device.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.device.ort.NativeBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeSearchTest {
    @TempDir
    private Path temporary;

    private DeviceChoice cuda() {
        return DeviceChoice.of(Device.CUDA).withLibraries(temporary);
    }

    @Test
    void theLibraryOnTheClassPathIsUnpackedOnceAndLoads() throws IOException {
        var library = NativeBackends.runtime().library();
        var time = Files.getLastModifiedTime(library);
        assertThat(NativeBackends.runtime().library()).isEqualTo(library);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(time);
        assertThat(NativeBackends.version()).startsWith("1.");
        assertThat(NativeBackends.runtime().providers()).contains("CPUExecutionProvider");
    }

    @Test
    void withoutALibraryInTheUsersFolderNoneIsChosen() {
        assertThat(RuntimeSearch.chosen(cuda())).isEmpty();
        assertThat(RuntimeSearch.chosen(DeviceChoice.of(Device.CUDA).withLibraries(temporary.resolve("none"))))
                .isEmpty();
    }

    @Test
    void aJarInTheUsersFolderIsUnpackedAndItsProviderIsFound() throws IOException {
        assumeTrue(Platform.NAME.equals("linux-x64"), "skipped: the jar is made for linux-x64");
        try (var jar = new JarOutputStream(Files.newOutputStream(temporary.resolve("onnxruntime-gpu.jar")))) {
            for (var name : new String[] {
                "libonnxruntime.so.1",
                "libonnxruntime_providers_cuda.so",
                "libonnxruntime_providers_shared.so",
                "libjnionnxruntime.so"
            }) {
                jar.putNextEntry(new JarEntry("org/bytedeco/onnxruntime/linux-x86_64-gpu/" + name));
                jar.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        var folder = temporary.resolve("onnxruntime-gpu");
        assertThat(RuntimeSearch.chosen(cuda()))
                .contains(new RuntimeFolder(
                        folder.resolve("libonnxruntime.so.1"),
                        java.util.Optional.of(folder.resolve("libonnxruntime_providers_cuda.so"))));
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
        assertThat(RuntimeSearch.chosen(cuda()).orElseThrow().needed())
                .as("a file that is not an ELF library")
                .isEmpty();
    }

    @Test
    void aFileThatIsNotOnnxRuntimeFailsWithAMessage() throws IOException {
        Files.writeString(temporary.resolve(Platform.WINDOWS ? "onnxruntime.dll" : "libonnxruntime.so"), "nonsense");
        assertThatThrownBy(() -> Backends.of(DeviceChoice.of(Device.CPU).withLibraries(temporary)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("cannot be loaded on this machine")
                .hasMessageContaining("Name a folder with another build");
    }

    @Test
    void cudaWithoutAProviderNamesTheDocumentation() {
        assumeTrue(!RuntimeJar.offersCuda(RuntimeSearch.jar()), "skipped: this build has CUDA");
        assertThatThrownBy(() -> Backends.of(cuda()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("does not include CUDA")
                .hasMessageContaining("docs/cuda.md");
    }

    @Test
    void theNeededLibrariesAreReadFromTheElfFile() throws IOException {
        assumeTrue(Platform.NAME.startsWith("linux"), "skipped: other systems have no ELF files");
        assertThat(ElfFile.needed(NativeBackends.runtime().library())).contains("libc.so.6", "libstdc++.so.6");
    }
}
