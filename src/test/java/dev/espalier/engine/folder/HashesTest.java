package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Model folders and stored runs identify files by these hashes.
class HashesTest {
    @TempDir
    private Path temporary;

    @Test
    void aFileKeepsItsHash() throws IOException {
        var file = Files.writeString(temporary.resolve("weights"), "abc");
        assertThat(Hashes.of(file)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /// The hash of `size 3⏎` and 64 pieces of three bytes.
    @Test
    void aSampledFileKeepsItsHash() throws IOException {
        var file = Files.writeString(temporary.resolve("weights"), "abc");
        assertThat(Hashes.of(file, 2)).isEqualTo("4cbb520d1ddd39b8bd39b4b04ef7904ee146aa58a2dc330284b21ee01d79e1f1");
    }
}
