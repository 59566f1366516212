package dev.espalier.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A command line after execution: its exit code, standard output and standard error.
record CommandResult(int code, String out, String err) {
    static CommandResult execute(String... arguments) {
        var systemOut = System.out;
        var systemErr = System.err;
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Espalier.execute(_ -> 0, new PrintWriter(System.err, true), arguments);
            return new CommandResult(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }

    List<JsonNode> documents() {
        return out.lines().map(JsonMapper.shared()::readTree).toList();
    }
}
