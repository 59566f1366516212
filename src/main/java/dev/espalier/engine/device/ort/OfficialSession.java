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
            if (!(node.getInfo() instanceof TensorInfo info)) throw new DeviceException("\"" + name + "\" is no tensor");
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
    public Map<String, DeviceTensor> run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> made) {
        try (var options = new OrtSession.RunOptions()) {
            var result = run(own(inputs), own(outputs), made, options);
            // Closing the result would close what it made; it owns nothing else.
            var tensors = new HashMap<String, DeviceTensor>();
            for (var name : made) {
                var tensor = (OnnxTensor) result.get(name).orElseThrow();
                tensors.put(name, new OfficialTensor(tensor, type(tensor.getInfo()), null));
            }
            if (made.isEmpty()) result.close();
            return tensors;
        } catch (OrtException e) {
            throw OfficialBackend.failed(e);
        }
    }

    private OrtSession.Result run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs, Set<String> made, OrtSession.RunOptions options) {
        return GraphRuns.run(() -> {
            try {
                return session.run(inputs, made, outputs, options);
            } catch (OrtException e) {
                throw OfficialBackend.failed(e);
            }
        }, () -> {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw OfficialBackend.failed(e);
            }
        });
    }

    private static Map<String, OnnxTensor> own(Map<String, DeviceTensor> tensors) {
        var own = new HashMap<String, OnnxTensor>(2 * tensors.size());
        tensors.forEach((name, tensor) -> own.put(name, ((OfficialTensor) tensor).tensor()));
        return own;
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
