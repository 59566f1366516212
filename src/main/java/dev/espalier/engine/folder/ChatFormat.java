package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a problem becomes a prompt. Special tokens count only in the template's own text; the values of `{problem}` and
/// `{system}` are plain text, so that user text cannot become a special token. Prompt and text are encoded together, as
/// the Hugging Face library does. Nothing is trimmed except where the template says `{problem|trim}`, as the model's
/// makers do for the system and user turns; the assistant's turn never is. Nothing is added: a template with a
/// begin-of-text token has the only one. Dates are fixed.
///
/// @param name       for messages and run cards
/// @param prompt     the template without a system prompt, for example `<|problem|>{problem}<|solution|>`
/// @param withSystem the template with a system prompt, "" if the format has no place for one
public record ChatFormat(String name, String prompt, String withSystem) {
    private static final Pattern PLACE = Pattern.compile("\\{(problem|system)(\\|trim)?}");

    private static final String LLAMA_SYSTEM = """
        <|begin_of_text|><|start_header_id|>system<|end_header_id|>

        Cutting Knowledge Date: December 2023
        Today Date: 26 Jul 2024

        """;
    private static final String LLAMA_USER = """
        <|eot_id|><|start_header_id|>user<|end_header_id|>

        {problem|trim}<|eot_id|><|start_header_id|>assistant<|end_header_id|>

        """;
    private static final String CHATML_USER = "<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n";
    private static final String CHATML_SYSTEM = "<|im_start|>system\n{system}<|im_end|>\n" + CHATML_USER;
    private static final String NO_THOUGHTS = "<think>\n\n</think>\n\n";

    /// Llama 3.1 to 3.3. Without a system prompt, its system turn contains only the two dates.
    public static final ChatFormat LLAMA_3 =
            new ChatFormat("llama-3", LLAMA_SYSTEM + LLAMA_USER, LLAMA_SYSTEM + "{system|trim}" + LLAMA_USER);
    /// ChatML without a default system turn.
    public static final ChatFormat CHATML = new ChatFormat("chatml", CHATML_USER, CHATML_SYSTEM);
    /// ChatML with the default system turn of Qwen 2.5.
    public static final ChatFormat QWEN_2_5 = new ChatFormat(
            "qwen2.5",
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n"
                    + CHATML_USER,
            CHATML_SYSTEM);
    /// ChatML with the default system turn of Qwen2.5-Math and its reward models.
    public static final ChatFormat QWEN_2_5_MATH = new ChatFormat(
            "qwen2.5-math",
            "<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n"
                    + CHATML_USER,
            CHATML_SYSTEM);
    /// Qwen 3, which reasons first.
    public static final ChatFormat QWEN_3 = new ChatFormat("qwen3", CHATML_USER, CHATML_SYSTEM);
    /// Qwen 3 with an empty reasoning block: its steps are the solution's.
    public static final ChatFormat QWEN_3_DIRECT =
            new ChatFormat("qwen3-direct", CHATML_USER + NO_THOUGHTS, CHATML_SYSTEM + NO_THOUGHTS);
    /// Gemma: a system prompt begins the user's turn.
    public static final ChatFormat GEMMA = new ChatFormat(
            "gemma",
            "<bos><start_of_turn>user\n{problem|trim}<end_of_turn>\n<start_of_turn>model\n",
            "<bos><start_of_turn>user\n{system}\n\n{problem|trim}<end_of_turn>\n<start_of_turn>model\n");
    /// Mistral since 7B v0.3: a system prompt begins the user's turn.
    public static final ChatFormat MISTRAL =
            new ChatFormat("mistral", "<s>[INST] {problem}[/INST]", "<s>[INST] {system}\n\n{problem}[/INST]");
    /// Plain text, for models without a dialogue format.
    public static final ChatFormat PLAIN = new ChatFormat("plain", "{problem}\n", "{system}\n\n{problem}\n");

    private static final List<ChatFormat> KNOWN =
            List.of(LLAMA_3, CHATML, QWEN_2_5, QWEN_2_5_MATH, QWEN_3, QWEN_3_DIRECT, GEMMA, MISTRAL, PLAIN);

    public ChatFormat {
        for (var template : withSystem.isEmpty() ? List.of(prompt) : List.of(prompt, withSystem))
            if (!template.contains("{problem}") && !template.contains("{problem|trim}"))
                throw new EspalierException("The chat format " + name
                        + " has no {problem} in its prompt; add it where the question belongs.");
    }

    /// A single template, with or without `{system}`.
    public ChatFormat(String name, String prompt) {
        this(name, prompt, prompt.contains("{system") ? prompt : "");
    }

    /// A built-in format.
    public static Optional<ChatFormat> known(String name) {
        return KNOWN.stream().filter(format -> format.name.equals(name)).findFirst();
    }

    public static List<String> knownNames() {
        return KNOWN.stream().map(ChatFormat::name).toList();
    }

    /// The prompt as text.
    ///
    /// @param system "" for none
    /// @throws EspalierException if the template has no place for a system prompt
    public String render(String problem, String system) {
        var text = new StringBuilder();
        fill(problem, system, text, null, new ArrayList<>());
        return text.toString();
    }

    /// The prompt's token ids.
    ///
    /// @param system "" for none
    /// @throws EspalierException if the template has no place for a system prompt
    public int[] encode(Tokenizer tokenizer, String problem, String system) {
        var text = new StringBuilder();
        var cuts = new ArrayList<Integer>();
        fill(problem, system, text, tokenizer, cuts);
        return tokenizer.encodeTemplate(text.toString(), cuts);
    }

    /// @param cuts receives the positions to cut the text at, so that a special token in user text stays text
    private void fill(
            String problem,
            String system,
            StringBuilder text,
            @org.jspecify.annotations.Nullable Tokenizer tokenizer,
            List<Integer> cuts) {
        String template = system.isEmpty() ? prompt : withSystem;
        if (template.isEmpty())
            throw new EspalierException(
                    "The chat format " + name + " has no place for a system prompt; leave the system prompt empty.");
        var places = PLACE.matcher(template);
        int from = 0;
        while (places.find()) {
            text.append(template, from, places.start());
            String value = places.group(1).equals("problem") ? problem : system;
            if (places.group(2) != null) value = value.strip();
            if (tokenizer != null) for (int cut : tokenizer.cuts(value)) cuts.add(text.length() + cut);
            text.append(value);
            from = places.end();
        }
        text.append(template, from, template.length());
    }
}
