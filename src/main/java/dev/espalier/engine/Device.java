package dev.espalier.engine;

/// What models run on.
public enum Device {
    /// The device on which results are reproducible and measured: the CPU (docs/decisions/0012).
    AUTO,
    CPU,
    /// An NVIDIA GPU through ONNX Runtime's CUDA provider; needs the GPU build.
    CUDA
}
