package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.TensorType;
import dev.espalier.engine.graph.OnnxFile;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A graph with a loop in it, which may never end: its first run may take 40 seconds, later ones ten minutes. One that
/// took longer is not run again. Graphs without the operator Loop always end, and run without a limit. See
/// docs/decisions/0102.
public final class LoopGuard implements DeviceSession {
    /// Seconds for the first run; `-Despalier.loop-seconds` sets others.
    private static final Duration FIRST = Duration.ofSeconds(Math.max(1, Long.getLong("espalier.loop-seconds", 40)));
    private static final int LATER = 15;

    private final DeviceSession session;
    private final Duration first;
    private volatile boolean ended;
    private volatile boolean endless;

    /// @param first the time for the first run
    public LoopGuard(DeviceSession session, Duration first) {
        this.session = session;
        this.first = first;
    }

    /// @return the session, guarded where its graph needs it
    public static DeviceSession of(ModelFolder folder, DeviceSession session) {
        return loops(folder) ? new LoopGuard(session, FIRST) : session;
    }

    /// Whether a graph of the folder has a loop in it, or cannot be looked at.
    public static boolean loops(ModelFolder folder) {
        return Stream.concat(Stream.of(folder.files().graph()), folder.files().pieces().stream())
                .anyMatch(file -> {
                    try {
                        return OnnxFile.read(folder.path().resolve(file))
                                .operators()
                                .contains("Loop");
                    } catch (EspalierException _) {
                        return true;
                    }
                });
    }

    @Override
    public Map<String, TensorType> inputs() {
        return session.inputs();
    }

    @Override
    public Map<String, TensorType> outputs() {
        return session.outputs();
    }

    @Override
    public Map<String, DeviceTensor> run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> made) {
        var limit = ended ? first.multipliedBy(LATER) : first;
        if (endless) throw DeviceException.endless(limit);
        var result = GraphRuns.limited(limit, () -> session.run(inputs, outputs, made), () -> {
            endless = true;
            return DeviceException.endless(limit);
        });
        ended = true;
        return result;
    }

    @Override
    public void close() {
        session.close();
    }
}
