package dev.espalier.store;

import dev.espalier.search.Cost;

/// A run and how far its searches are.
public record RunSummary(RunRecord run, int searches, int finished, int failed, int cancelled, Cost policy, double seconds) {
    public boolean complete() {
        return finished + failed == searches;
    }
}
