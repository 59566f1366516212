package dev.espalier.experiment.imports;

import dev.espalier.EspalierException;
import dev.espalier.problem.JsonNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The scores of a line's texts: one number for each, or one for each of its steps. A null is a score that is not
/// a number: the datasets library writes NaN so.
///
/// @param field  the field that holds them; null if they stand with the texts
/// @param values of each text; empty where a text has none
record OutputScores(@Nullable String field, List<List<Double>> values) {
    private static final List<String> NAMES = List.of(
            "scores",
            "pred_score",
            "step_scores",
            "prm_scores",
            "process_rewards",
            "step_rewards",
            "rewards",
            "reward_scores",
            "rm_scores",
            "orm_scores",
            "verifier_scores",
            "agg_scores",
            "reward",
            "rm_score",
            "prm_score",
            "agg_score",
            "score");

    private static final Set<String> NOT_A_NUMBER = Set.of("nan", "none", "null", "");
    private static final Pattern NUMBER = Pattern.compile("\\s*[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?\\s*");

    /// @return null if the line has no scores
    /// @throws EspalierException if a score is no number, or "scores" are not as many as the texts
    static @Nullable OutputScores of(ObjectNode line, OutputTexts texts, Consumer<String> warn) {
        int listed = texts.texts().size() + texts.absent();
        for (var name : NAMES) {
            var value = line.path(name);
            boolean sure = name.equals("scores") || name.equals("pred_score");
            if (!value.isArray() && !(texts.single() && isNumber(value))) continue;
            if (value.isArray() && value.isEmpty() || isVerdict(name, value)) continue;
            if (!sure && !isNumeric(value)) {
                warn.accept("its \"%s\" are not numbers and not used".formatted(name));
                continue;
            }
            boolean ofOneText = listed == 1
                            && (!value.isArray()
                                    || texts.single() && !value.path(0).isArray())
                    || listed == 1 && value.size() > 1 && value.valueStream().allMatch(JsonNode::isNumber);
            if (!ofOneText && value.size() != listed) {
                var sentence = "it has %d texts but scores for %d".formatted(listed, value.size());
                if (sure) throw new EspalierException(sentence);
                warn.accept(sentence + " in \"" + name + "\", which are not used");
                continue;
            }
            if (value.isArray() && !holdsNumber(value) && hasAnother(line, name)) continue;
            var values = new ArrayList<List<Double>>();
            for (var text : texts.texts()) values.add(numbers(ofOneText ? value : value.path(text.element()), name));
            return new OutputScores(name, values);
        }
        if (texts.texts().stream().allMatch(text -> text.scores().isNull())) return null;
        return new OutputScores(
                null,
                texts.texts().stream()
                        .map(text -> numbers(text.scores(), "score"))
                        .toList());
    }

    private static boolean isNumber(JsonNode value) {
        return value.isNumber()
                || value.isString() && NUMBER.matcher(value.stringValue()).matches();
    }

    /// "score" says in some files whether each text is right.
    private static boolean isVerdict(String name, JsonNode value) {
        if (!name.equals("score")) return false;
        return value.isArray()
                ? value.valueStream().allMatch(element -> isVerdict(name, element))
                : value.isBoolean()
                        || value.isNumber() && (JsonNumbers.real(value) == 0 || JsonNumbers.real(value) == 1);
    }

    private static boolean isNumeric(JsonNode value) {
        return value.isArray()
                ? value.valueStream().allMatch(OutputScores::isNumeric)
                : value.isNull()
                        || isNumber(value)
                        || NOT_A_NUMBER.contains(value.asString("x").toLowerCase(Locale.ROOT));
    }

    /// Whether any of nested lists holds something that is not null.
    private static boolean holdsNumber(JsonNode value) {
        return value.isArray() ? value.valueStream().anyMatch(OutputScores::holdsNumber) : !value.isNull();
    }

    private static boolean hasAnother(ObjectNode line, String name) {
        return NAMES.stream()
                .anyMatch(other -> !other.equals(name) && holdsNumber(line.path(other)) && line.has(other));
    }

    private static List<Double> numbers(JsonNode node, String field) {
        if (node.isNull() || node.isMissingNode()) return List.of();
        if (!node.isArray()) return List.of(number(node, field));
        var numbers = new ArrayList<Double>();
        for (var element : node) {
            // Some programs keep a list for each request around the scores.
            if (element.isArray()) numbers.addAll(numbers(element, field));
            else numbers.add(number(element, field));
        }
        return numbers;
    }

    /// Accepts NaN and infinities that the file has by name; rejects a number that overflows.
    private static double number(JsonNode node, String field) {
        if (node.isNull()) return Double.NaN;
        if (node.isString()) return number(node.stringValue().strip(), field);
        if (!node.isNumber()) throw new EspalierException("\"%s\" holds a value that is not a number".formatted(field));
        double number = JsonNumbers.real(node);
        if (Double.isInfinite(number) && !node.isDouble())
            throw new EspalierException("\"%s\" holds a number that is too large".formatted(field));
        return number;
    }

    private static double number(String text, String field) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case String missing when NOT_A_NUMBER.contains(missing) -> Double.NaN;
            case "inf", "infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                try {
                    double number = Double.parseDouble(text);
                    if (Double.isFinite(number)) yield number;
                } catch (NumberFormatException e) {
                    // Said below.
                }
                throw new EspalierException("\"%s\" holds a value that is not a number".formatted(field));
            }
        };
    }
}
