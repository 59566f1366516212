package dev.espalier.engine.folder;

import dev.espalier.engine.template.ChatTemplate;
import dev.espalier.engine.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compares the chat format that Espalier uses with the model's own chat template (decision 0064).
final class TemplateCheck {
    /// Surrounded by white space, which some templates trim.
    private static final String PROBLEM = "  What is $1 + 1$? ";
    private static final String SYSTEM = "Be brief.";
    private static final int SHOWN = 60;

    private TemplateCheck() {}

    /// The difference, or why it is unknown; empty if both make the same prompts.
    ///
    /// @param bos,eos the tokenizer's begin and end tokens, "" for none
    static Optional<String> difference(ChatFormat format, String template, String bos, String eos) {
        try {
            var parsed = ChatTemplate.of(template);
            var difference = compare(format.render(PROBLEM, ""), rendered(parsed, format, "", bos, eos), bos, "");
            if (difference.isEmpty() && !format.withSystem().isEmpty())
                difference = compare(
                        format.render(PROBLEM, SYSTEM),
                        rendered(parsed, format, SYSTEM, bos, eos),
                        bos,
                        " with a system prompt");
            return difference.map(what -> "its own chat template differs from the format " + format.name() + what);
        } catch (TemplateException e) {
            return Optional.of("its own chat template could not be compared with the format " + format.name() + ": "
                    + e.getMessage());
        }
    }

    private static String rendered(ChatTemplate template, ChatFormat format, String system, String bos, String eos) {
        var messages = new ArrayList<Map<String, Object>>();
        if (!system.isEmpty()) messages.add(Map.of("role", "system", "content", system));
        messages.add(Map.of("role", "user", "content", PROBLEM));
        var values = new HashMap<String, Object>(
                Map.of("messages", messages, "add_generation_prompt", true, "bos_token", bos, "eos_token", eos));
        if (format.equals(ChatFormat.QWEN_3_DIRECT)) values.put("enable_thinking", false);
        return template.render(values);
    }

    /// A template may leave the begin-of-text token to the tokenizer.
    private static Optional<String> compare(String ours, String theirs, String bos, String where) {
        String a = without(bos, ours);
        String b = without(bos, theirs);
        if (a.equals(b)) return Optional.empty();
        int from = 0;
        while (from < Math.min(a.length(), b.length()) && a.charAt(from) == b.charAt(from)) from++;
        return Optional.of("%s: after %s it has %s, and the format has %s"
                .formatted(
                        where,
                        shown(a.substring(Math.max(0, from - 20), from)),
                        shown(b.substring(from)),
                        shown(a.substring(from))));
    }

    private static String without(String bos, String text) {
        return !bos.isEmpty() && text.startsWith(bos) ? text.substring(bos.length()) : text;
    }

    private static String shown(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return "\"" + String.join("\\n", List.of(cut.split("\n", -1))) + "\"";
    }
}
