package dev.espalier.engine.device;

/// The device that models run on.
public enum Device {
    /// CUDA if the user's Espalier folder or a system property names an ONNX Runtime with CUDA and it works.
    /// Otherwise the CPU, where results are reproducible and measured (docs/decisions/0070).
    AUTO,
    CPU,
    /// An NVIDIA GPU through ONNX Runtime's CUDA provider (docs/cuda.md).
    CUDA
}
