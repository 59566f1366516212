package dev.espalier.answer;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Canonical forms of typical short answers, a second on one core.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CanonicalFormBenchmark {
    private static final String[] ANSWERS = {"42", "-7", "\\frac{3}{4}", "0.125", "1,000", "50\\%", "3\\sqrt{2}", "x=5", "(1, 2)", "[0, 1)",
        "2\\pi", "\\{1, 2, 3\\}", "x^2+2x+1", "12\\text{ cm}", "\\$18.90", "3+4i"};

    @Benchmark
    @OperationsPerInvocation(16)
    public int canonicalForms() {
        int length = 0;
        for (var answer : ANSWERS) length += CanonicalForm.of(answer).key().length();
        return length;
    }
}
