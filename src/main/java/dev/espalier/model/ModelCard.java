package dev.espalier.model;

/// Identifies a model in run cards and in the store.
///
/// @param name       name of the folder or the endpoint
/// @param sha256     hash of the weights, lower-case hexadecimal; "" for none
/// @param parameters number of parameters, 0 if unknown
/// @param context    longest sequence in tokens
/// @param device     device and precision, for example "CPU, 2 threads, f32"
/// @param separator  the text that ends a step for this model
/// @param maxNewTokens recommended token limit of a solution
/// @param prompts    how problems become prompts, for example "chat format qwen2.5"; "" if unknown
public record ModelCard(
        String name,
        String sha256,
        long parameters,
        int context,
        String device,
        String separator,
        int maxNewTokens,
        String prompts) {
    /// A card that does not say how prompts are made.
    public ModelCard(
            String name,
            String sha256,
            long parameters,
            int context,
            String device,
            String separator,
            int maxNewTokens) {
        this(name, sha256, parameters, context, device, separator, maxNewTokens, "");
    }
}
