package dev.espalier.answer;

/// A candidate's answer and its position in the text.
///
/// @param answer the bare answer, never blank
/// @param rule   the rule that found it
/// @param start  index of the answer's first character in the candidate's text
/// @param end    index after its last character
public record Extraction(String answer, Rule rule, int start, int end) {

    /// What names an answer, in the order of precedence (docs/answers.md). Within a rule the last place in the text
    /// counts.
    public enum Rule {
        /// `<answer>…</answer>`
        TAG("answer tag"),
        /// `\boxed{…}`, or several boxes that are joined by commas
        BOXED("last box"),
        /// `#### 18`
        HASHES("after ####"),
        /// "the final answer is …", "Final Answer: …", a heading "Final Answer" above it, and other languages' words
        FINAL_ANSWER("\"final answer is\""),
        /// "the answer is …", "Answer: …", a heading "Answer" above it, and other languages' words
        ANSWER("\"answer is\""),
        /// a box that the text never closes
        OPEN_BOX("box that is not closed"),
        /// multiple choice: "option C", "it must be C", "(C)"
        CHOICE("letter of a choice"),
        /// "the result is …" if no number follows
        RESULT("\"result is\""),
        /// a text that is nothing but an answer: `**15**`
        WHOLE("the whole text"),
        /// nothing names an answer: the last number is a guess
        LAST_NUMBER("last number");

        private final String label;

        Rule(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /// The same in a text with more characters in front.
    public Extraction shifted(int characters) {
        return characters == 0 ? this : new Extraction(answer, rule, start + characters, end + characters);
    }
}
