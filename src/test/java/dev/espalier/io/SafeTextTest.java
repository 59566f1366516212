package dev.espalier.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SafeTextTest {
    private static final String HOSTILE = "a\u001b]0;owned\u0007\r\b\u009b31m\u007f\u202eb\u2066\u200f";

    @Test
    void unsafeCharactersBecomeVisibleSignsOfTheSameLength() {
        assertThat(SafeText.text(HOSTILE))
                .isEqualTo("a␛]0;owned␇␍␈\ufffd31m␡\ufffdb\ufffd\ufffd")
                .hasSameSizeAs(HOSTILE);
    }

    @Test
    void ordinaryTextsStayTheSameObject() {
        for (var text : new String[] {"", "## Step 1: é → 😀\n\n\tx", "עברית"})
            assertThat(SafeText.text(text)).isSameAs(text);
    }

    @Test
    void jsonKeepsItsValue() {
        var json = JsonMapper.shared().writeValueAsString(HOSTILE);
        assertThat(SafeText.json(json)).matches("[ -~]*");
        assertThat(JsonMapper.shared().readTree(SafeText.json(json)).asString()).isEqualTo(HOSTILE);
    }
}
