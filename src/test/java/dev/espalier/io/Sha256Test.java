package dev.espalier.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /// NIST's example for "abc".
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void knownTextsHaveTheirPublishedDigests() {
        assertThat(Sha256.of("abc")).isEqualTo(ABC);
        assertThat(Sha256.of("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void textIsHashedAsUtf8() {
        assertThat(Sha256.of("½ é"))
                .isEqualTo("f6aac235651bfd69e0311fee1bbfaa64df201fbffb707e4668af35f33ce6271d")
                .isEqualTo(Sha256.of("½ é".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aStreamIsHashedToItsEnd() throws IOException {
        var bytes = new byte[200_000];
        assertThat(Sha256.of(new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(ABC);
        assertThat(Sha256.of(new ByteArrayInputStream(bytes))).isEqualTo(Sha256.of(bytes));
    }

    @Test
    void piecesGiveTheDigestOfTheWhole() {
        var digest = new Sha256();
        digest.add((byte) 'a');
        digest.add("xbx".getBytes(StandardCharsets.UTF_8), 1, 1);
        digest.add(ByteBuffer.wrap("c".getBytes(StandardCharsets.UTF_8)));
        assertThat(digest.hex()).isEqualTo(ABC);
        digest.add("abc");
        assertThat(digest.hex()).as("a digest that was read starts anew").isEqualTo(ABC);
    }
}
