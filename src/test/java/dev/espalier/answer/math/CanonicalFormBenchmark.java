package dev.espalier.answer.math;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Measures canonical forms and comparisons of typical short answers, per second on one core.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CanonicalFormBenchmark {
    private static final String[] ANSWERS = {
        "42",
        "-7",
        "\\frac{3}{4}",
        "0.125",
        "1,000",
        "50\\%",
        "3\\sqrt{2}",
        "x=5",
        "(1, 2)",
        "[0, 1)",
        "2\\pi",
        "\\{1, 2, 3\\}",
        "x^2+2x+1",
        "12\\text{ cm}",
        "\\$18.90",
        "3+4i"
    };
    /// Gold answer and prediction: half of the pairs are correct, some only by a tolerance.
    private static final String[][] PAIRS = {
        {"42", "42.0"},
        {"-7", "7"},
        {"\\frac{3}{4}", "0.75"},
        {"0.125", "1/8"},
        {"1000", "1,000"},
        {"10", "10\\%"},
        {"3\\sqrt{2}", "\\sqrt{18}"},
        {"5", "x=5"},
        {"(1,2)", "(2,1)"},
        {"[0,1)", "(0,1)"},
        {"2\\pi", "6.28"},
        {"\\{1,2,3\\}", "3, 2, 1"},
        {"(x+1)^2", "x^2+2x+1"},
        {"12", "12\\text{ cm}"},
        {"18.90", "18"},
        {"3+4i", "4+3i"}
    };
    private static final MathGrader GRADER = new MathGrader();

    @Benchmark
    @OperationsPerInvocation(16)
    public int canonicalForms() {
        int length = 0;
        for (var answer : ANSWERS) length += CanonicalForm.of(answer).key().length();
        return length;
    }

    @Benchmark
    @OperationsPerInvocation(16)
    public int verdicts() {
        int accepted = 0;
        for (var pair : PAIRS) accepted += GRADER.grade(pair[0], pair[1]).accepted() ? 1 : 0;
        return accepted;
    }
}
