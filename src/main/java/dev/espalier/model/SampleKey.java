package dev.espalier.model;

import java.util.List;

/// Names the random numbers of one continuation: number t is a fixed function of (run seed, problem id, child indices
/// from the root, t). So no result depends on batch order, pauses or resuming.
///
/// The generator is SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"),
/// used as a counter-based hash. Never change it: stored runs depend on it.
public final class SampleKey {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long state;

    private SampleKey(long state) {
        this.state = state;
    }

    public static SampleKey of(long seed, String problemId, List<Integer> path) {
        long h = mix(seed + GOLDEN);
        for (int i = 0; i < problemId.length(); i++) h = mix(h ^ problemId.charAt(i) + GOLDEN);
        h = mix(h + problemId.length());
        for (int child : path) h = mix(h * 31 + child + GOLDEN);
        return new SampleKey(mix(h + path.size()));
    }

    /// A number in [0, 1) for a token.
    ///
    /// @param position of the token in the continuation, from 0
    public double uniform(int position) {
        return (mix(state + GOLDEN * (position + 1L)) >>> 11) * 0x1p-53;
    }

    /// Further numbers for one position, for samplers that can reject a draw; attempt 0 equals [#uniform(int)].
    public double uniform(int position, int attempt) {
        long drawn = mix(state + GOLDEN * (position + 1L));
        return ((attempt == 0 ? drawn : mix(drawn + GOLDEN * attempt)) >>> 11) * 0x1p-53;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SampleKey other && state == other.state;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(state);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
