package dev.espalier.search.log;

/// Tokens that really went through the models for a search. They depend on what else ran and on what was kept in memory, so they are no part of the
/// logical log; what a search would cost by itself is its [Cost].
///
/// @param policy,reward [#UNKNOWN] where nobody counted: endpoints, imported runs, runs of older versions
public record TokensProcessed(long policy, long reward) {
    public static final long UNKNOWN = -1;
    public static final TokensProcessed NOTHING = new TokensProcessed(0, 0);
    public static final TokensProcessed NOTHING_KNOWN = new TokensProcessed(UNKNOWN, UNKNOWN);
}
