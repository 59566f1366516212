package dev.espalier.engine.graph;

/// Names of a graph's inputs and outputs; `%d` stands for the layer.
public record GraphNames(
        String ids,
        String mask,
        String positions,
        String pastKey,
        String pastValue,
        String logits,
        String presentKey,
        String presentValue) {
    /// The names that optimum and most other exporters use.
    public static final GraphNames USUAL = new GraphNames(
            "input_ids",
            "attention_mask",
            "position_ids",
            "past_key_values.%d.key",
            "past_key_values.%d.value",
            "logits",
            "present.%d.key",
            "present.%d.value");

    /// @param part 0 for keys, 1 for values
    public String past(int layer, int part) {
        return layer(part == 0 ? pastKey : pastValue, layer);
    }

    /// @param part 0 for keys, 1 for values
    public String present(int layer, int part) {
        return layer(part == 0 ? presentKey : presentValue, layer);
    }

    private static String layer(String name, int layer) {
        return name.replace("%d", Integer.toString(layer));
    }
}
