package dev.espalier.engine.device.ort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrtMessagesTest {
    /// Messages of ONNX Runtime 1.29 about damaged folders.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Error code - ORT_INVALID_PROTOBUF - message: Load model from m/own/fused.onnx failed:Protobuf parsing failed.|Protobuf parsing failed",
                "Error code - ORT_FAIL - message: Load model from m/x/fused.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:177 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::IOnnxRuntimeOpSchemaRegistryList*, const onnxruntime::logging::Logger&, const onnxruntime::ModelOptions&) ModelProto does not have a graph.|ModelProto does not have a graph",
                "Error code - ORT_FAIL - message: Exception during initialization: /onnxruntime_src/onnxruntime/core/optimizer/initializer.cc:79 onnxruntime::Initializer::Initializer(const onnxruntime::Graph&, const onnx::TensorProto&, const std::filesystem::__cxx11::path&, bool) [ONNXRuntimeError] : 1 : FAIL : tensorprotoutils.cc:1753 GetExtDataFromTensorProto External initializer: w offset: 3132928 size to read: 512 given file_length: 2239232 are out of bounds or can not be read in full.|External initializer: w offset: 3132928 size to read: 512 given file_length: 2239232 are out of bounds or can not be read in full",
                "Error code - ORT_FAIL - message: Load model from m/o/model.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<std::__cxx11::basic_string<char>, int>&, const onnxruntime::logging::Logger&, bool, const std::string&, int) ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development|ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development",
                "Error code - ORT_INVALID_ARGUMENT - message: Load model from m/g/model.onnx failed:Invalid model. Node input 'model.norm' is not a graph input, initializer, or output of a previous node.|Invalid model. Node input 'model.norm' is not a graph input, initializer, or output of a previous node",
                "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 4194304|Failed to allocate memory for requested buffer of size 4194304",
                "Node (n) Op (Concat) [ShapeInferenceError] Can't merge shape info.|Node (n) Op (Concat) Can't merge shape info",
                "std::bad_alloc|std::bad_alloc"
            })
    void sourceLocationsAndSignaturesAreRemoved(String message, String plain) {
        assertThat(OrtMessages.plain(message)).isEqualTo(plain);
    }
}
