package dev.espalier.engine.device;

import dev.espalier.engine.device.ort.OfficialBackend;
import java.nio.file.Path;

/// A program that opens a graph through ONNX Runtime's Java API without Espalier's main class.
public final class OpensAGraph {
    private OpensAGraph() {}

    public static void main(String[] arguments) {
        OfficialBackend.SHARED
                .open(Path.of(arguments[0]), GraphOptions.threads(1))
                .close();
    }
}
