package dev.espalier.answer;

/// What a candidate answered and where it said so.
///
/// @param answer bare, never blank
/// @param rule   which rule found it
/// @param start  index of the answer's first character in the candidate's text
/// @param end    index after its last character
public record Extraction(String answer, Rule rule, int start, int end) {

    /// The rules, in the order in which they are tried.
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
