package dev.espalier.answer.extract;

import java.util.List;
import java.util.regex.Pattern;

/// Separates a model's thinking from its answer. Text in a thinking block that was closed is no answer; a block that
/// was never closed is unfinished. Takes time linear in the length of the text.
final class Thinking {
    /// The part of a text that may hold the answer.
    ///
    /// @param from first index
    /// @param to   index after the last
    /// @param open whether the part is in a thinking block that was never closed
    record Part(int from, int to, boolean open) {}

    private static final String NAME =
            "(?:seed:|ant:?)?(?:think(?:ing)?|thoughts?|thought[_ ]process|reason(?:ing)?|reflection|analysis|scratch_?pad|cot|(?:inner|internal)_(?:monologue|thoughts?))";
    private static final String BEGIN = "(?:begin|start)[_\u2581 -]?(?:of[_\u2581 -]?)?";
    private static final String END = "end[_\u2581 -]?(?:of[_\u2581 -]?)?";

    /// The marks around blocks. Each pair: what opens a block, what closes it. A block may also be closed by a mark
    /// that no opening mark precedes: chat templates write the opening mark in the prompt.
    private static final List<String[]> PAIRS = List.of(
            // <think>, <Thought>, <seed:think>, <|think|>, <think type="x">
            new String[] {"<\\|?" + NAME + "(?:\\s[^<>]{0,80})?\\|?>", "<\\|?/\\s?" + NAME + "\\s?\\|?>"},
            // ◁think▷
            new String[] {"\u25c1" + NAME + "\u25b7", "\u25c1/" + NAME + "\u25b7"},
            // [THINK]
            new String[] {"\\[think(?:ing)?\\]", "\\[/(?:think(?:ing)?|reason(?:ing)?)\\]"},
            // <|begin_of_thought|>, <|START_THINKING|>
            new String[] {"<[|\uff5c]?" + BEGIN + NAME + "[|\uff5c]?>", "<[|\uff5c]?" + END + NAME + "[|\uff5c]?>"},
            // <|im_start|>think … <|im_start|>answer
            new String[] {"<\\|im_start\\|>\\s?think(?:ing)?\\b", "<\\|im_start\\|>\\s?answer\\b"},
            new String[] {"<unused94>\\s?thought\\b", "<unused95>"},
            // Channels: <|channel|>analysis<|message|> … <|channel|>final<|message|>
            new String[] {
                "<\\|channel\\|>\\s?(?:analysis|commentary)\\b[^<]{0,80}(?:<\\|constrain\\|>[^<]{0,40})?<\\|message\\|>|<\\|channel>\\s?thought\\b",
                "<\\|channel\\|>\\s?final\\b[^<]{0,40}(?:<\\|constrain\\|>[^<]{0,40})?<\\|message\\|>|<channel\\|>"
            });
    private static final Pattern MARK = Pattern.compile(
            "(?=[<\\[\u25c1])(?:(?<close>%s)|(?<open>%s))"
                    .formatted(
                            String.join("|", PAIRS.stream().map(pair -> pair[1]).toList()),
                            String.join("|", PAIRS.stream().map(pair -> pair[0]).toList())),
            Pattern.CASE_INSENSITIVE);
    /// What begins an answer and is no mark of thinking.
    private static final Pattern SOLUTION = Pattern.compile(
            "<[|\uff5c]?" + BEGIN + "(?:solution|response|answer)[|\uff5c]?>|<\\|?(?:START_RESPONSE)\\|?>",
            Pattern.CASE_INSENSITIVE);

    /// Texts whose special tokens were dropped, and sentences that a model is trained to write.
    private static final Pattern ANALYSIS = Pattern.compile("\\s*analysis(?=\\p{Lu})");
    private static final String ASSISTANT_FINAL = "assistantfinal";
    private static final Pattern PROCESS = Pattern.compile("\\s*Here(?:'s| is) my thought process:");
    private static final Pattern RESPONSE = Pattern.compile("Here(?:'s| is) my response:");

    /// What ends a turn. Text behind it belongs to another turn.
    private static final Pattern END_OF_TURN = Pattern.compile(
            "(?=[<\\[])(?:<[|\uff5c]?(?:im_end|eot_id|eom_id|endoftext|end_of_text|end_of_turn|end_of_solution|end_of_response|end_response|END_OF_TURN_TOKEN|end[_\u2581]of[_\u2581]sentence|return|call|end|eos|eot|EOT|endofresponse|end_of_document|user|assistant_end)[|\uff5c]?>"
                    + "|</s>|<eos>|<EOS>|\\[/?EOS\\]|<turn\\|>|\\[\\|endofturn\\|\\]|\\[/INST\\]|<\uff5cend\u2581of\u2581sentence\uff5c>|<\\|im_start\\|>(?=user))");

    private Thinking() {}

    /// Finds the last text behind all closed blocks; without such text, the last text between or before them.
    static Part behind(String text) {
        var part = behindMarks(text);
        return part.open ? part : endOfTurn(text, part);
    }

    private static Part behindMarks(String text) {
        if (text.indexOf('<') < 0 && text.indexOf('\u25c1') < 0 && text.indexOf('[') < 0) return plain(text);
        var mark = MARK.matcher(text);
        int from = 0;
        int open = -1;
        boolean closed = false;
        // The last text outside the blocks.
        var last = new Part(0, 0, false);
        while (mark.find()) {
            if (mark.start("open") >= 0) {
                if (open >= 0) continue;
                open = mark.start();
                last = visible(text, from, open, last);
            } else {
                // What precedes the first closing mark is thinking, even if no mark opened it.
                if (open < 0 && closed) last = visible(text, from, mark.start(), last);
                closed = true;
                open = -1;
                from = mark.end();
            }
        }
        if (open >= 0) {
            var solution = SOLUTION.matcher(text);
            return solution.find(open)
                    ? new Part(solution.end(), text.length(), false)
                    : new Part(from, text.length(), true);
        }
        if (!closed) return plain(text);
        return visible(text, from, text.length(), last);
    }

    private static Part visible(String text, int from, int to, Part otherwise) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) > ' ') return new Part(from, to, false);
        }
        return otherwise;
    }

    private static Part plain(String text) {
        if (ANALYSIS.matcher(text).lookingAt()) {
            int at = text.lastIndexOf(ASSISTANT_FINAL);
            return at < 0
                    ? new Part(0, text.length(), true)
                    : new Part(at + ASSISTANT_FINAL.length(), text.length(), false);
        }
        if (PROCESS.matcher(text).lookingAt()) {
            var response = RESPONSE.matcher(text);
            return response.find() ? new Part(response.end(), text.length(), false) : new Part(0, text.length(), true);
        }
        return new Part(0, text.length(), false);
    }

    private static Part endOfTurn(String text, Part part) {
        if (text.indexOf('<', part.from) < 0 && text.indexOf('[', part.from) < 0) return part;
        var end = END_OF_TURN.matcher(text).region(part.from, part.to);
        boolean written = false;
        int read = part.from;
        while (end.find()) {
            for (; !written && read < end.start(); read++) written = text.charAt(read) > ' ';
            if (written) return new Part(part.from, end.start(), false);
            read = end.end();
        }
        return part;
    }
}
