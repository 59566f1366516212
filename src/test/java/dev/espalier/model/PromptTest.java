package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
    private static final Blob PICTURE = new Blob("0f".repeat(32), "image/png");

    @Test
    void aPromptOfTextsIsOneText() {
        assertThat(new Prompt(List.of(new Prompt.Part.Text("What is "), new Prompt.Part.Text("1 + 1?"))).text())
                .isEqualTo("What is 1 + 1?");
    }

    @Test
    void aModelThatReadsTextRejectsAPicture() {
        var prompt = new Prompt(List.of(new Prompt.Part.Text("What is this?"), new Prompt.Part.Media(PICTURE)));
        assertThatThrownBy(prompt::text).isInstanceOf(EspalierException.class).hasMessageContaining("image/png");
    }

    @Test
    void aPictureIsAStepWithoutTextThatIsNotEmpty() {
        var step = new Step.Media(PICTURE);
        assertThat(step.text()).isEmpty();
        assertThat(step.empty()).isFalse();
        assertThat(Step.Text.EMPTY.empty()).isTrue();
    }

    @Test
    void settingsForPicturesAreRejectedForText() {
        var image = new Sampling.Image(4, 1, 512, 512);
        assertThatThrownBy(image::text).isInstanceOf(EspalierException.class).hasMessageContaining("pictures");
    }

    @Test
    void aBlobNeedsItsHashAndItsType() {
        assertThatThrownBy(() -> new Blob("../etc/passwd", "image/png")).isInstanceOf(EspalierException.class);
        assertThatThrownBy(() -> new Blob("0f".repeat(32), "png")).isInstanceOf(EspalierException.class);
    }
}
