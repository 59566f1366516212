package dev.espalier.engine.folder;

import dev.espalier.engine.template.ChatTemplate;
import dev.espalier.engine.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The prompts that a model's own chat template makes (decisions 0064, 0121).
final class OwnTemplate {
    /// The name of a format that was read off a template.
    static final String NAME = "its own chat template";

    /// Surrounded by white space, which some templates trim.
    private static final String PROBLEM = "  What is $1 + 1$? ";
    private static final String SYSTEM = "Be brief.";
    private static final String PROBLEM_MARK = "The-Problem-Stands-Here";
    private static final String SYSTEM_MARK = "The-System-Prompt-Stands-Here";
    /// White space around a mark that no template has, to see whether it is trimmed.
    private static final String PADDING = "\t \t";
    private static final Pattern PLACE = Pattern.compile("\\{(problem|system)(\\|trim)?}");
    private static final int SHOWN = 60;

    private final ChatTemplate template;
    private final String bos;
    private final String eos;

    /// @param bos,eos the tokenizer's begin and end tokens, "" for none
    /// @throws TemplateException if the text is not a template that Espalier reads
    OwnTemplate(String template, String bos, String eos) {
        this.template = ChatTemplate.of(template);
        this.bos = bos;
        this.eos = eos;
    }

    /// What differs between the prompts of a format and those of the template; empty if they are the same.
    ///
    /// @throws TemplateException if the template cannot be rendered
    Optional<String> difference(ChatFormat format) {
        boolean direct = format.equals(ChatFormat.QWEN_3_DIRECT);
        var difference = compare(format.render(PROBLEM, ""), rendered(PROBLEM, "", direct), "");
        if (difference.isEmpty() && !format.withSystem().isEmpty())
            difference =
                    compare(format.render(PROBLEM, SYSTEM), rendered(PROBLEM, SYSTEM, direct), " with a system prompt");
        return difference;
    }

    /// The format that makes the template's prompts: the template is rendered with marks, and the marks become the
    /// format's places. So a special token in a problem stays text, as in every format.
    ///
    /// @throws TemplateException if the template cannot be rendered, or if its prompts depend on the problem's text
    ///     in another way than that the text stands in them once
    ChatFormat format() {
        String prompt = withPlaces("");
        String withSystem;
        try {
            withSystem = withPlaces(SYSTEM_MARK);
        } catch (TemplateException e) {
            withSystem = "";
        }
        var format = new ChatFormat(NAME, prompt, withSystem);
        difference(format).ifPresent(what -> {
            throw new TemplateException("it changes the texts that it shows" + what);
        });
        return format;
    }

    private String withPlaces(String system) {
        String text = rendered(padded(PROBLEM_MARK), system.isEmpty() ? "" : padded(system), false);
        if (PLACE.matcher(text).find()) throw new TemplateException("it has a place of Espalier's formats in its text");
        text = withPlace(text, PROBLEM_MARK, "problem");
        return system.isEmpty() ? text : withPlace(text, system, "system");
    }

    private static String withPlace(String text, String mark, String name) {
        int at = text.indexOf(mark);
        if (at < 0) throw new TemplateException("it leaves the " + name + " out");
        if (text.indexOf(mark, at + 1) >= 0) throw new TemplateException("it shows the " + name + " twice");
        return text.contains(padded(mark))
                ? text.replace(padded(mark), "{" + name + "}")
                : text.replace(mark, "{" + name + "|trim}");
    }

    private static String padded(String mark) {
        return PADDING + mark + PADDING;
    }

    /// @param direct whether to ask Qwen 3's template for no reasoning
    private String rendered(String problem, String system, boolean direct) {
        var messages = new ArrayList<Map<String, Object>>();
        if (!system.isEmpty()) messages.add(Map.of("role", "system", "content", system));
        messages.add(Map.of("role", "user", "content", problem));
        // As transformers does, which passes none for tools and documents.
        var values = new HashMap<String, @Nullable Object>();
        values.put("messages", messages);
        values.put("add_generation_prompt", true);
        values.put("bos_token", bos);
        values.put("eos_token", eos);
        values.put("tools", null);
        values.put("documents", null);
        if (direct) values.put("enable_thinking", false);
        return template.render(values);
    }

    /// A template may leave the begin-of-text token to the tokenizer.
    private Optional<String> compare(String ours, String theirs, String where) {
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
