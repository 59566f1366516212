package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Compares parity mode with recorded runs of the search-and-learn toolkit. `-Dparity.traces=FILE` reads the traces of
/// another file in the same format, plain or gzip.
class ReferenceTracesTest {
    private static final String PROPERTY = "parity.traces";
    private static final Path GIVEN = Path.of("../shared/data/reference/search-traces.jsonl");

    @Test
    void parityModeMatchesTheToolkit() throws IOException {
        var named = System.getProperty(PROPERTY, "");
        var file = named.isEmpty() ? GIVEN : Path.of(named);
        if (named.isEmpty())
            assumeTrue(
                    Files.exists(file),
                    "The recorded traces are not here (" + file + "); skipped. Name a file of your own with -D"
                            + PROPERTY + "=FILE.");
        assertThat(file).as("the file named by -D" + PROPERTY).isRegularFile();

        int traces = 0;
        int agree = 0;
        try (var lines = lines(file)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) continue;
                var mismatches = mismatches(++traces, line);
                if (mismatches.isEmpty()) agree++;
                mismatches.forEach(System.out::println);
            }
        }
        System.out.println(agree + " of " + traces + " traces agree");
        assertThat(traces).as("traces in " + file).isPositive();
        assertThat(agree).as("traces that agree, of " + traces).isEqualTo(traces);
    }

    /// Reports a trace that cannot run to its end like any other that disagrees.
    private static List<String> mismatches(int number, String line) {
        var name = "trace in line " + number;
        var mismatches = new ArrayList<String>();
        try {
            var trace = new ReferenceTrace(JsonMapper.shared().readTree(line));
            name = "case " + trace.id();
            for (var mismatch : TraceReplay.mismatches(trace)) mismatches.add(name + ", " + mismatch);
        } catch (JacksonException e) {
            mismatches.add(name + " is no JSON of a trace: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            mismatches.add(name + " stopped: " + e.toString().replace("\n", "\\n"));
        }
        return mismatches;
    }

    private static java.io.BufferedReader lines(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        bytes.mark(2);
        boolean zipped = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return new java.io.BufferedReader(
                new java.io.InputStreamReader(zipped ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8));
    }
}
