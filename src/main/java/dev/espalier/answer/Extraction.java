package dev.espalier.answer;

/// A candidate's answer and its position in the text.
///
/// @param answer the bare answer, never blank
/// @param rule   the rule that found it
/// @param start  index of the answer's first character in the candidate's text
/// @param end    index after its last character
public record Extraction(String answer, Rule rule, int start, int end) {

    /// The rules of extraction, in the order of precedence.
    public enum Rule {
        BOXED("last box"),
        HASHES("after ####"),
        FINAL_ANSWER("\"final answer is\""),
        ANSWER("\"answer is\""),
        CHOICE("letter of a choice"),
        LAST_NUMBER("last number");

        private final String label;

        Rule(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
