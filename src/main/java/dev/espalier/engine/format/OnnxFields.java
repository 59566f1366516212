package dev.espalier.engine.format;

/// Field numbers of ONNX's messages (`onnx.proto`). [Proto] reads and writes the fields.
public final class OnnxFields {
    private OnnxFields() {}

    /// The whole file (`ModelProto`).
    public static final class Model {
        public static final int IR_VERSION = 1;
        public static final int PRODUCER = 2;
        public static final int MODEL_VERSION = 5;
        public static final int GRAPH = 7;
        public static final int OPSET = 8;
        public static final int FUNCTION = 25;

        private Model() {}
    }

    /// The version of a domain's operators that a model uses (`OperatorSetIdProto`).
    public static final class Opset {
        public static final int DOMAIN = 1;
        public static final int VERSION = 2;

        private Opset() {}
    }

    /// `GraphProto`.
    public static final class Graph {
        public static final int NODE = 1;
        public static final int NAME = 2;
        public static final int INITIALIZER = 5;
        public static final int INPUT = 11;
        public static final int OUTPUT = 12;
        public static final int VALUE_INFO = 13;

        private Graph() {}
    }

    /// An operator that a model defines itself (`FunctionProto`).
    public static final class Function {
        public static final int NODE = 7;

        private Function() {}
    }

    /// `NodeProto`.
    public static final class Node {
        public static final int INPUT = 1;
        public static final int OUTPUT = 2;
        public static final int NAME = 3;
        public static final int OPERATOR = 4;
        public static final int ATTRIBUTE = 5;
        public static final int DOMAIN = 7;

        private Node() {}
    }

    /// `AttributeProto`, with the values of its `type` field.
    public static final class Attribute {
        public static final int NAME = 1;
        public static final int FLOAT = 2;
        public static final int INT = 3;
        public static final int STRING = 4;
        public static final int TENSOR = 5;
        public static final int GRAPH = 6;
        public static final int INTS = 8;
        public static final int TYPE = 20;
        public static final int TYPE_FLOAT = 1;
        public static final int TYPE_INT = 2;
        public static final int TYPE_STRING = 3;
        public static final int TYPE_INTS = 7;

        private Attribute() {}
    }

    /// `TensorProto`. [ElementType] has the values of its `data_type` field.
    public static final class Tensor {
        public static final int LENGTH = 1;
        public static final int TYPE = 2;
        public static final int FLOATS = 4;
        public static final int INTS = 5;
        public static final int LONGS = 7;
        public static final int NAME = 8;
        public static final int RAW = 9;
        public static final int DOUBLES = 10;
        public static final int EXTERNAL_DATA = 13;
        public static final int DATA_LOCATION = 14;
        public static final int EXTERNAL = 1;

        private Tensor() {}
    }

    /// A key-value pair (`StringStringEntryProto`).
    public static final class Entry {
        public static final int KEY = 1;
        public static final int VALUE = 2;

        private Entry() {}
    }

    /// An input or output (`ValueInfoProto`) and its type (`TypeProto`).
    public static final class Value {
        public static final int NAME = 1;
        public static final int TYPE = 2;
        public static final int TYPE_TENSOR = 1;

        private Value() {}
    }

    /// A tensor's element type and shape (`TypeProto.Tensor`, `TensorShapeProto`).
    public static final class TensorTypeInfo {
        public static final int ELEMENT = 1;
        public static final int SHAPE = 2;
        public static final int SHAPE_DIMENSION = 1;
        public static final int DIMENSION_LENGTH = 1;
        public static final int DIMENSION_NAME = 2;

        private TensorTypeInfo() {}
    }
}
