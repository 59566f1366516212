package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigCodecTest {
    /// The form from when all parameters were numbers.
    private static final String STORED = """
        {"strategy":"beam-search","parameters":{"M":4,"N":16,"c":0.30000000000000004,"filter-duplicates":1,"sort-completed":0},"mode":"PARITY","generation":{"temperature":0.8,"topP":1.0,\
        "maxNewTokens":2048,"separator":"\\n\\n","systemPrompt":""},"reduction":"LAST","seed":7,"policy":"small","policySha256":"ab","reward":"judge","rewardSha256":"cd"}""";

    private static String written(SearchConfig config) {
        return JsonText.object(json -> ConfigCodec.writeConfig(json, config));
    }

    private static SearchConfig read(String json) {
        return ConfigCodec.readConfig(JsonText.JSON.readTree(json));
    }

    @Test
    void aStoredConfigurationIsReadAndWrittenToTheByte() {
        var config = read(STORED);
        assertThat(config.parameters().whole("N")).isEqualTo(16);
        assertThat(config.parameters().number("c")).isEqualTo(0.1 + 0.2);
        assertThat(config.parameters().flag("filter-duplicates")).isTrue();
        assertThat(written(config)).isEqualTo(STORED);
    }

    @Test
    void textsComeBackAsTexts() {
        var parameters = Parameters.of(Map.of("N", 4, "order", "depth", "prompt", "Is $x = 1$?\n", "digits", "16"));
        var config = new SearchConfig("toy", parameters, Generation.DEFAULT, Reduction.LAST, 1, "small", "", "", "");
        assertThat(written(config))
                .contains(
                        "\"parameters\":{\"N\":4,\"digits\":\"16\",\"order\":\"depth\",\"prompt\":\"Is $x = 1$?\\n\"}");
        assertThat(read(written(config))).isEqualTo(config);
    }

    @Test
    void severalModelsOfARoleComeBackInTheirOrder() {
        var models = List.of(
                new UsedModel(Role.POLICY, "small", "ab"),
                new UsedModel(Role.POLICY, "strong", ""),
                new UsedModel(Role.REWARD, "judge", "cd"),
                new UsedModel(Role.REWARD, "second judge", "ef"));
        var config =
                new SearchConfig("toy", Parameters.NONE, Mode.STANDARD, Generation.DEFAULT, Reduction.LAST, 1, models);
        assertThat(read(written(config))).isEqualTo(config);
        assertThat(config.policy()).isEqualTo("small");
        assertThat(config.reward()).isEqualTo("judge");
        assertThat(config.models(Role.REWARD)).extracting(UsedModel::name).containsExactly("judge", "second judge");
        assertThat(written(config))
                .contains(
                        "\"policy\":\"small\"",
                        "\"models\":[{\"role\":\"POLICY\",\"name\":\"strong\",\"sha256\":\"\"},{\"role\":\"REWARD\",\"name\":\"second judge\",\"sha256\":\"ef\"}]");
    }
}
