package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StepSplitterTest {
    private static final StepSplitter BLANK_LINE = new StepSplitter("\n\n");

    private static ArrayList<String> byTokens(String... tokens) {
        var scanner = BLANK_LINE.scanner();
        var steps = new ArrayList<String>();
        var step = new StringBuilder();
        for (var token : tokens) {
            step.append(token);
            if (scanner.feed(token.getBytes(StandardCharsets.UTF_8))) {
                steps.add(step.toString());
                step.setLength(0);
            }
        }
        if (!step.isEmpty()) steps.add(step.toString());
        return steps;
    }

    @Test
    void theSeparatorBelongsToItsStep() {
        assertThat(BLANK_LINE.split("a\n\nb\nc\n\nd")).containsExactly("a\n\n", "b\nc\n\n", "d");
    }

    @Test
    void aStepNeverIncludesAnEmptyTail() {
        assertThat(BLANK_LINE.split("a\n\n")).containsExactly("a\n\n");
        assertThat(BLANK_LINE.split("")).isEmpty();
    }

    @Test
    void aSeparatorCanSpanTokens() {
        assertThat(byTokens("a", "\n", "\n", "b")).containsExactly("a\n\n", "b");
    }

    @Test
    void theTokenThatCompletesTheSeparatorBelongsToTheStep() {
        assertThat(byTokens("a\n", "\n b", "c")).containsExactly("a\n\n b", "c");
    }

    @Test
    void anIncompleteSeparatorDoesNotEndAStep() {
        assertThat(byTokens("a\n", "b\n", "\n\n", "c")).containsExactly("a\nb\n\n\n", "c");
        assertThat(byTokens("a\n", " \n", "c")).containsExactly("a\n \nc");
    }
}
