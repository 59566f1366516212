package dev.espalier.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds the question of a line under every name in use.
///
/// @param text       with the passage that it is about, if the line has one
/// @param instructed whether its name is one of data to train on, where the line's response is the reference
record Question(String text, boolean instructed) {
    private static final List<String> NAMES = List.of(
            "problem",
            "question",
            "problem_text",
            "problem_statement",
            "question_text",
            "question_content",
            "question_stem",
            "stem",
            "ques",
            "s_question",
            "original_question",
            "original_problem",
            "goal",
            "sentence",
            "ctx");
    private static final List<String> OF_TRAINING = List.of(
            "query",
            "prompt",
            "instruction",
            "input",
            "inputs",
            "user_prompt",
            "user",
            "messages",
            "conversations",
            "conversation",
            "turns",
            "full_prompt",
            "task_description",
            "source_prompt");
    /// Texts that a question refers to. Those that other files use for something else count only beside choices.
    private static final List<String> PASSAGES = List.of("body", "passage", "article");
    private static final List<String> PASSAGES_BESIDE_CHOICES = List.of("context", "premise");

    static boolean named(String name) {
        return NAMES.stream().anyMatch(known -> LineFields.same(known, name))
                || OF_TRAINING.stream().anyMatch(known -> LineFields.same(known, name));
    }

    /// @return null if the line has no question
    static @Nullable Question of(LineFields fields, boolean choices) {
        for (var name : NAMES) {
            var value = fields.get(name);
            var text = value != null && value.isNumber() ? JsonNumbers.text(value) : text(value);
            if (text != null) return new Question(withPassage(text, fields, choices), false);
        }
        for (var name : OF_TRAINING) {
            var text = text(fields.get(name));
            if (text == null) continue;
            var input = name.equals("instruction") ? text(fields.get("input")) : null;
            return new Question(withPassage(input == null ? text : text + "\n\n" + input, fields, choices), true);
        }
        return null;
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        if (value == null || value.isBoolean() || value.isNumber()) return null;
        var text = value.isString() ? value.stringValue() : ChatMessages.question(value);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static String withPassage(String text, LineFields fields, boolean choices) {
        for (var name : PASSAGES) {
            var passage = text(fields.get(name));
            if (passage != null && !text.contains(passage))
                return passage + (name.equals("body") ? " " : "\n\n") + text;
        }
        if (!choices) return text;
        for (var name : PASSAGES_BESIDE_CHOICES) {
            var passage = text(fields.get(name));
            if (passage != null && !text.contains(passage)) return passage + "\n\n" + text;
        }
        return text;
    }
}
