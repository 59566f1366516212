package dev.espalier.model;

/// What identifies a model in run cards and in the store.
///
/// @param name       the folder's or endpoint's name
/// @param sha256     of its weights, lower-case hexadecimal; "" where there is none
/// @param parameters number of parameters, 0 where unknown
/// @param context    longest sequence in tokens
/// @param device     what it runs on and in which precision, for example "CPU, 2 threads, f32"
/// @param separator  what ends a step for this model
/// @param maxNewTokens what the model's folder recommends per solution
public record ModelCard(String name, String sha256, long parameters, int context, String device, String separator, int maxNewTokens) {}
