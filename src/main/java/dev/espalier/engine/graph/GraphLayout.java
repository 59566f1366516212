package dev.espalier.engine.graph;

/// How a graph keeps the keys and values (KV) of what it has read.
public enum GraphLayout {
    /// Espalier's own export: one memory for past and present, rotary positions inside, fixed names.
    FUSED("Espalier's fused graph"),
    /// One memory for past and present too, names and types as found: what ONNX Runtime GenAI's model builder writes.
    SHARED("KV in one memory, read and written in place"),
    /// The present is a new tensor, the past with the new positions behind it: what optimum exports. All KV is copied at every token.
    CONCATENATED("KV copied at every token, at about half the speed of KV in one memory"),
    /// Such a graph with its attention rewritten by Espalier to one memory for past and present (docs/decisions/0080).
    REWRITTEN("KV in one memory: its attention is rewritten, once that was found to say the same"),
    /// No KV: whole texts are read each time. Reward models only.
    WHOLE("no KV: every path is read whole each time");

    private final String speed;

    GraphLayout(String speed) {
        this.speed = speed;
    }

    /// What to expect of it, for people.
    public String speed() {
        return speed;
    }
}
