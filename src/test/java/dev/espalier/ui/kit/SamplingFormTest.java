package dev.espalier.ui.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.ui.kit.SamplingForm.Field;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingFormTest {
    @TempDir
    Path folder;

    private final SamplingForm form = new SamplingForm();

    @Test
    void inputAndThePolicysRecommendationsFormOneGeneration() {
        form.recommended(new Generation(0.1, 0.2, 320, "\n", "Be brief."));
        form.resetTokens();
        form.text(Field.TOP_K).set(" 40 ");
        form.text(Field.MIN_P).set("0.05");
        assertThat(form.generation(false)).isEqualTo(new Generation(0.8, 1, 40, 0.05, 320, "\n", "Be brief."));
    }

    @ParameterizedTest
    @CsvSource({
        "TEMPERATURE, 11",
        "TEMPERATURE, warm",
        "TOP_P, 0",
        "TOP_P, NaN",
        "TOP_K, -1",
        "TOP_K, 4.5",
        "MIN_P, 1.5",
        "MAX_TOKENS, 0",
        "MAX_TOKENS, 1000001"
    })
    void aValidationErrorNamesItsField(Field field, String typed) {
        form.text(field).set(typed);
        assertThat(form.error(false)).map(FieldError::field).contains(field.key());
    }

    @Test
    void greedyDecodingNeedsNoTemperature() {
        form.text(Field.TEMPERATURE).set("warm");
        assertThat(form.error(true)).isEmpty();
        assertThat(form.generation(true).temperature()).isZero();
    }

    @Test
    void allSettingsExceptTheTokenLimitAreStored() {
        var settings = new WindowSettings(folder.resolve("window.json"), Runnable::run);
        form.keep(settings, "search.");
        for (var field : Field.values()) form.text(field).set("0.5");
        assertThat(settings.get("search.temperature", "")).isEqualTo("0.5");
        assertThat(settings.get("search.top-p", "")).isEqualTo("0.5");
        assertThat(settings.get("search.tokens", "absent")).isEqualTo("absent");
    }
}
