package dev.espalier.engine.device.ort;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.format.TensorType;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

final class OfficialSession implements DeviceSession {
    private final OrtSession session;
    private final Map<String, TensorType> inputs;
    private final Map<String, TensorType> outputs;

    OfficialSession(OrtSession session) throws OrtException {
        this.session = session;
        inputs = types(session.getInputInfo());
        outputs = types(session.getOutputInfo());
    }

    private static Map<String, TensorType> types(Map<String, NodeInfo> nodes) {
        var types = new LinkedHashMap<String, TensorType>();
        nodes.forEach((name, node) -> {
            if (!(node.getInfo() instanceof TensorInfo info))
                throw new DeviceException("\"" + name + "\" is not a tensor");
            types.put(name, type(info));
        });
        return Collections.unmodifiableMap(types);
    }

    private static TensorType type(TensorInfo info) {
        return new TensorType(OfficialBackend.element(info.type), info.getShape());
    }

    @Override
    public Map<String, TensorType> inputs() {
        return inputs;
    }

    @Override
    public Map<String, TensorType> outputs() {
        return outputs;
    }

    @Override
    public Map<String, DeviceTensor> run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> allocated) {
        try (var options = new OrtSession.RunOptions()) {
            var result = run(unwrap(inputs), unwrap(outputs), allocated, options);
            // Closing the result would close the allocated outputs, which the caller owns. The result owns
            // nothing else.
            var tensors = new HashMap<String, DeviceTensor>();
            for (var name : allocated) {
                var tensor = (OnnxTensor) result.get(name).orElseThrow();
                tensors.put(name, new OfficialTensor(tensor, type(tensor.getInfo()), null));
            }
            if (allocated.isEmpty()) result.close();
            return tensors;
        } catch (OrtException e) {
            throw OfficialBackend.failed(e);
        }
    }

    private OrtSession.Result run(
            Map<String, OnnxTensor> inputs,
            Map<String, OnnxTensor> outputs,
            Set<String> allocated,
            OrtSession.RunOptions options) {
        return GraphRuns.run(
                () -> {
                    try {
                        return session.run(inputs, allocated, outputs, options);
                    } catch (OrtException e) {
                        throw OfficialBackend.failed(e);
                    }
                },
                () -> {
                    try {
                        options.setTerminate(true);
                    } catch (OrtException e) {
                        throw OfficialBackend.failed(e);
                    }
                });
    }

    private static Map<String, OnnxTensor> unwrap(Map<String, DeviceTensor> tensors) {
        var unwrapped = new HashMap<String, OnnxTensor>(2 * tensors.size());
        tensors.forEach((name, tensor) -> unwrapped.put(name, ((OfficialTensor) tensor).tensor()));
        return unwrapped;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw OfficialBackend.failed(e);
        }
    }
}
