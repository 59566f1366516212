package dev.espalier.engine.device;

/// What models run on.
public enum Device {
    /// CUDA where a person has put an ONNX Runtime with CUDA into their Espalier folder or named one, and it works; else the CPU, on which
    /// results are reproducible and measured (docs/decisions/0070).
    AUTO,
    CPU,
    /// An NVIDIA GPU through ONNX Runtime's CUDA provider (docs/cuda.md).
    CUDA
}
