package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndReasonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop",
                "eos",
                "eos_token",
                "EOS",
                "STOP",
                "end",
                "end_turn",
                "END_TURN",
                "stop_sequence",
                "STOP_SEQUENCE",
                "FinishReason.STOP",
                "FINISH_REASON_STOP",
                "COMPLETE",
                "completed",
                "endoftext",
                "end-of-text",
                "stop_token",
                "stop_str",
                "stoppedEos",
                "done",
                "finished",
                "normal"
            })
    void theModelEndedItsText(String reason) {
        assertThat(EndReason.of(reason)).isEqualTo(EndReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "length",
                "LENGTH",
                "max_tokens",
                "MAX_TOKENS",
                "FinishReason.MAX_TOKENS",
                "model_length",
                "max_output_tokens",
                "max_new_tokens",
                "maxTokens",
                "model_context_window_exceeded",
                "context_length",
                "context_length_exceeded",
                "ERROR_LIMIT",
                "token_limit",
                "truncated",
                "incomplete",
                "stopped_limit"
            })
    void noMoreTokensWereAllowed(String reason) {
        assertThat(EndReason.of(reason)).isEqualTo(EndReason.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content_filter",
                "CONTENT_FILTERED",
                "SAFETY",
                "RECITATION",
                "BLOCKLIST",
                "PROHIBITED_CONTENT",
                "SPII",
                "IMAGE_SAFETY",
                "ERROR_TOXIC",
                "sensitive",
                "refusal",
                "guardrail_intervened"
            })
    void theServerWithheldTheText(String reason) {
        assertThat(EndReason.of(reason)).isEqualTo(EndReason.WITHHELD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abort",
                "aborted",
                "error",
                "ERROR",
                "cancelled",
                "canceled",
                "timeout",
                "network_error",
                "server_error",
                "insufficient_system_resource"
            })
    void theServerIsAskedAgain(String reason) {
        assertThat(EndReason.of(reason)).isEqualTo(EndReason.BROKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool_calls",
                "function_call",
                "tool_use",
                "TOOL_CALL",
                "repetition",
                "unknown",
                "OTHER",
                "pause_turn",
                "LANGUAGE",
                "MALFORMED_FUNCTION_CALL",
                "FINISH_REASON_UNSPECIFIED",
                "5"
            })
    void anyOtherReasonEndsThePathOnly(String reason) {
        assertThat(EndReason.of(reason)).isEqualTo(EndReason.OTHER);
    }
}
