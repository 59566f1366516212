package dev.espalier.search.log;

/// A model that a search uses, and for what.
///
/// @param name   the model's full name in the workbench
/// @param sha256 of its weights, lower-case hexadecimal; "" if unknown
public record UsedModel(Role role, String name, String sha256) {
    public UsedModel {
        if (name.isEmpty()) throw new IllegalArgumentException("a model that is used has a name");
    }

    /// What a model does in a search.
    public enum Role {
        /// Proposes steps.
        POLICY("Policy"),
        /// Scores paths.
        REWARD("PRM");

        private final String label;

        Role(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
