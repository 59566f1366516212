package dev.espalier.engine.onnx;

import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Adds a loop to a model's graph that never ends at a certain token, or at every token.
public final class EndlessGraph {
    private static final int INT64 = 7;
    private static final int BOOL = 9;

    private EndlessGraph() {}

    /// @param file   the graph, in a copy of a folder; its hash in `espalier.json` is updated
    /// @param output name of the graph's output
    /// @param token  the token at which the loop never ends, -1 for every token
    public static void in(Path file, String output, int token) throws IOException {
        var before = Files.readAllBytes(file);
        var model = new Proto.Message();
        for (var field : Proto.fields(MemorySegment.ofArray(before))) {
            if (field.number() == 7) model.message(7, graph(field.bytes(), output, token));
            else if (field.bytes().byteSize() == 0) model.number(field.number(), field.value());
            else model.bytes(field.number(), bytes(field));
        }
        Files.write(file, model.toBytes());
        var description = file.resolveSibling("espalier.json");
        if (Files.exists(description))
            Files.writeString(description, Files.readString(description).replace(hash(before), hash(model.toBytes())));
    }

    private static byte[] bytes(Proto.Field field) {
        return field.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Proto.Message graph(MemorySegment bytes, String output, int token) {
        var graph = new Proto.Message();
        for (var field : Proto.fields(bytes))
            graph.bytes(
                    field.number(), field.number() == 1 ? renamed(field, output).toBytes() : bytes(field));
        graph.message(5, number("endless_token", INT64, token))
                .message(5, number("endless_trips", INT64, Long.MAX_VALUE))
                .message(5, number("endless_zero", 1, 0));
        graph.message(1, node(token < 0 ? "Greater" : "Equal", "endless_at", "input_ids", "endless_token"));
        graph.message(1, node("Cast", "endless_at_64", "endless_at").message(5, whole("to", INT64)));
        graph.message(1, node("ReduceMax", "endless_any", "endless_at_64").message(5, whole("keepdims", 0)));
        graph.message(1, node("Cast", "endless_goes_on", "endless_any").message(5, whole("to", BOOL)));
        var body = new Proto.Message()
                .message(1, node("Identity", "still", "goes_on"))
                .message(1, node("Identity", "kept", "number"))
                .text(2, "body")
                .message(11, scalar("turn", INT64))
                .message(11, scalar("goes_on", BOOL))
                .message(11, scalar("number", 1))
                .message(12, scalar("still", BOOL))
                .message(12, scalar("kept", 1));
        graph.message(
                1,
                node("Loop", "endless_found", "endless_trips", "endless_goes_on", "endless_zero")
                        .message(
                                5,
                                new Proto.Message()
                                        .text(1, "body")
                                        .message(6, body)
                                        .number(20, 5)));
        return graph.message(1, node("Add", output, output + "_before", "endless_found"));
    }

    private static Proto.Message renamed(Proto.Field node, String output) {
        var renamed = new Proto.Message();
        for (var field : Proto.fields(node.bytes())) {
            boolean makes = field.number() == 2 && field.text().equals(output);
            renamed.bytes(
                    field.number(),
                    makes ? (output + "_before").getBytes(java.nio.charset.StandardCharsets.UTF_8) : bytes(field));
        }
        return renamed;
    }

    private static Proto.Message node(String operator, String output, String... inputs) {
        var node = new Proto.Message();
        for (var input : inputs) node.text(1, input);
        return node.text(2, output).text(4, operator);
    }

    private static Proto.Message whole(String name, long value) {
        return new Proto.Message().text(1, name).number(3, value).number(20, 2);
    }

    private static Proto.Message number(String name, int type, long value) {
        var tensor = new Proto.Message().number(2, type);
        // The bytes of a float 0 are all zero.
        if (type == INT64) tensor.number(7, value);
        else tensor.bytes(9, new byte[4]);
        return tensor.text(8, name);
    }

    private static Proto.Message scalar(String name, int type) {
        return new Proto.Message()
                .text(1, name)
                .message(
                        2,
                        new Proto.Message()
                                .message(1, new Proto.Message().number(1, type).message(2, new Proto.Message())));
    }
}
