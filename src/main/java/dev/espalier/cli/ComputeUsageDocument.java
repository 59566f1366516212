package dev.espalier.cli;

import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens, FLOPs and time spent, as fields of a JSON document; unknown values are null.
final class ComputeUsageDocument {
    private ComputeUsageDocument() {}

    static Map<String, @Nullable Object> of(ComputeUsage spent) {
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("generations", spent.generations());
        document.put("policy_generated_tokens", spent.policy().generated());
        document.put("policy_processed_tokens", spent.policy().processed());
        document.put("policy_executed_tokens", known(spent.executed().policy()));
        document.put("policy_flops", known(spent.policyFlops()));
        document.put("policy_executed_flops", known(spent.policyFlopsExecuted()));
        document.put("prm_processed_tokens", spent.reward().processed());
        document.put("prm_executed_tokens", known(spent.executed().reward()));
        document.put("prm_flops", known(spent.rewardFlops()));
        document.put("prm_executed_flops", known(spent.rewardFlopsExecuted()));
        document.put("seconds", spent.seconds());
        return document;
    }

    private static @Nullable Object known(double number) {
        return Double.isNaN(number) ? null : (Object) number;
    }

    private static @Nullable Object known(long tokens) {
        return tokens == TokensProcessed.UNKNOWN ? null : (Object) tokens;
    }
}
