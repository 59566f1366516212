package dev.espalier.engine.graph;

/// How a graph takes and returns the keys and values (KV) of earlier positions.
public enum GraphLayout {
    /// Espalier's own export: past and present share one memory, rotary positions are computed inside, names are
    /// fixed.
    FUSED("Espalier's fused graph"),
    /// Past and present share one memory; names and types are read from the graph. ONNX Runtime GenAI's model
    /// builder writes such graphs.
    SHARED("KV in one memory, read and written in place"),
    /// The present is a new tensor, the concatenation of past and new positions. Optimum exports such graphs. All
    /// KV is copied at every token.
    CONCATENATED("KV copied at every token, at about half the speed of KV in one memory"),
    /// A concatenating graph whose attention Espalier rewrites so that past and present share one memory
    /// (docs/decisions/0080).
    REWRITTEN("KV in one memory: its attention is rewritten if that gives the same results"),
    /// No KV: every call reads the whole path. Reward models only.
    WHOLE("no KV: every path is read whole each time");

    private final String speed;

    GraphLayout(String speed) {
        this.speed = speed;
    }

    /// What the user can expect of its speed.
    public String speed() {
        return speed;
    }
}
