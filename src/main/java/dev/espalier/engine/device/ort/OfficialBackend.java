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

/// The CPU through ONNX Runtime's Java API.
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
    public long availableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public DeviceSession open(Path graph, GraphOptions options) {
        var environment = RuntimeEnvironment.shared();
        try (var sessionOptions = options(options)) {
            return new OfficialSession(environment.createSession(graph.toString(), sessionOptions));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public DeviceSession open(byte[] graph, GraphOptions options) {
        var environment = RuntimeEnvironment.shared();
        try (var sessionOptions = options(options)) {
            return new OfficialSession(environment.createSession(graph, sessionOptions));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static SessionOptions options(GraphOptions options) throws OrtException {
        var sessionOptions = new SessionOptions();
        sessionOptions.setIntraOpNumThreads(options.threads());
        sessionOptions.setInterOpNumThreads(1);
        // Failures arrive as exceptions. The runtime's own log lines would mix with a command's output.
        sessionOptions.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        for (var entry : options.entries().entrySet()) sessionOptions.addConfigEntry(entry.getKey(), entry.getValue());
        // Shapes change with every token, so a memory plan for one shape is never reused.
        sessionOptions.setMemoryPatternOptimization(false);
        return sessionOptions;
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
    public DeviceTensor tensor(DeviceMemory memory, long offset, ElementType element, long... shape) {
        var type = new TensorType(element, shape);
        var part = memory.segment().asSlice(offset, type.bytes());
        try {
            var tensor = OnnxTensor.createTensor(
                    RuntimeEnvironment.shared(),
                    part.asByteBuffer().order(ByteOrder.nativeOrder()),
                    shape,
                    javaType(element));
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
        return new DeviceException(OrtMessages.plain(String.valueOf(cause.getMessage())), cause);
    }
}
