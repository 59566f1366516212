package dev.espalier.search.log;

/// The tokens that the models processed for a search. The numbers depend on other searches and on caches, so they are
/// not part of the logical log. [Cost] is the cost of a search on its own.
///
/// @param policy,reward [#UNKNOWN] if nothing counted them: endpoints, imported runs, runs of older versions
public record TokensProcessed(long policy, long reward) {
    public static final long UNKNOWN = -1;
    public static final TokensProcessed NOTHING = new TokensProcessed(0, 0);
    public static final TokensProcessed NOTHING_KNOWN = new TokensProcessed(UNKNOWN, UNKNOWN);
}
