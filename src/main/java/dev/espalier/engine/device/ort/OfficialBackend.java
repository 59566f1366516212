package dev.espalier.engine.device.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.HostMemory;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.TensorType;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// The CPU through ONNX Runtime's own Java interface.
public final class OfficialBackend implements DeviceBackend {
    public static final OfficialBackend SHARED = new OfficialBackend();

    private OfficialBackend() {}

    @Override
    public String device() {
        return "CPU";
    }

    @Override
    public boolean cpu() {
        return true;
    }

    @Override
    public long spare() {
        return Long.MAX_VALUE;
    }

    @Override
    public DeviceSession open(Path graph, GraphOptions options) {
        var environment = RuntimeEnvironment.shared();
        try (var made = options(options)) {
            return new OfficialSession(environment.createSession(graph.toString(), made));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public DeviceSession open(byte[] graph, GraphOptions options) {
        var environment = RuntimeEnvironment.shared();
        try (var made = options(options)) {
            return new OfficialSession(environment.createSession(graph, made));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static SessionOptions options(GraphOptions options) throws OrtException {
        var made = new SessionOptions();
        made.setIntraOpNumThreads(options.threads());
        made.setInterOpNumThreads(1);
        // What goes wrong is told by exceptions; the runtime's own lines would stand between a command's results.
        made.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        for (var entry : options.entries().entrySet()) made.addConfigEntry(entry.getKey(), entry.getValue());
        // Shapes change with every token: plans made for one shape are never used again.
        made.setMemoryPatternOptimization(false);
        return made;
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return new HostMemory(bytes);
    }

    @Override
    public DeviceMemory allocateOnHost(long bytes) {
        return new HostMemory(bytes);
    }

    @Override
    public DeviceTensor tensor(DeviceMemory memory, long at, ElementType element, long... shape) {
        var type = new TensorType(element, shape);
        var part = memory.segment().asSlice(at, type.bytes());
        try {
            var tensor = OnnxTensor.createTensor(RuntimeEnvironment.shared(), part.asByteBuffer().order(ByteOrder.nativeOrder()), shape, javaType(element));
            return new OfficialTensor(tensor, type, part);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static OnnxJavaType javaType(ElementType element) {
        return switch (element) {
            case F32 -> OnnxJavaType.FLOAT;
            case F64 -> OnnxJavaType.DOUBLE;
            case F16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case I8 -> OnnxJavaType.INT8;
            case U8 -> OnnxJavaType.UINT8;
            case I32 -> OnnxJavaType.INT32;
            case I64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
        };
    }

    static ElementType element(OnnxJavaType type) {
        for (var element : ElementType.values()) if (javaType(element) == type) return element;
        throw new DeviceException("tensors of " + type + " are not supported");
    }

    @Override
    public void copy(Blocks source, Blocks target, long bytes, long count) {
        HostMemory.copy(source, target, bytes, count);
    }

    static DeviceException failed(OrtException cause) {
        return new DeviceException(OrtWords.plain(String.valueOf(cause.getMessage())), cause);
    }
}
