package dev.espalier.engine.device.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks whether CUDA can work on this machine. If not, returns one sentence that names the missing or outdated part
/// and what to install.
public final class CudaCheck {
    /// `CUDA_ERROR_NO_DEVICE`, and the errors of mismatched driver parts: `CUDA_ERROR_SYSTEM_DRIVER_MISMATCH`,
    /// `CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE`.
    private static final int NO_DEVICE = 100;
    private static final int DRIVER_MISMATCH = 803;
    private static final int NOT_COMPATIBLE = 804;

    private static final Pattern VERSIONED =
            Pattern.compile("lib(cudart|cublasLt|cublas|curand|cufft|cudnn|nvrtc)\\.so\\.(\\d+)");
    /// A library's display name and the NVIDIA Python package that contains it. "*" stands for "-cu12", and for
    /// nothing from CUDA 13 on.
    private static final Map<String, String[]> PARTS = Map.of(
            "cudart", new String[] {"CUDA's runtime", "nvidia-cuda-runtime*"},
            "cublas", new String[] {"cuBLAS", "nvidia-cublas*"},
            "cublasLt", new String[] {"cuBLAS", "nvidia-cublas*"},
            "curand", new String[] {"cuRAND", "nvidia-curand*"},
            "cufft", new String[] {"cuFFT", "nvidia-cufft*"},
            "nvrtc", new String[] {"NVRTC", "nvidia-cuda-nvrtc*"},
            "cudnn", new String[] {"cuDNN", "nvidia-cudnn-cu"});
    private static final String OTHERWISE = ", or choose the CPU.";

    /// A GPU as the driver reports it.
    ///
    /// @param memory in bytes
    public record Gpu(int number, String name, long memory) {}

    /// The machine's CUDA driver and libraries.
    interface Machine {
        /// True if a library is found and can be loaded.
        boolean loads(String library);

        /// `cuInit`: 0, or a CUDA error number.
        int initialise();

        /// The newest CUDA version that the driver supports, as 1000 × major + 10 × minor.
        int version();

        List<Gpu> gpus();
    }

    private final Machine machine;

    public CudaCheck(Machine machine) {
        this.machine = machine;
    }

    /// The problem with driver or GPU, empty if there is none.
    ///
    /// @param number of the GPU
    /// @param cuda   the required major version of CUDA
    public Optional<String> driver(int number, int cuda) {
        if (!machine.loads(CudaDriver.LIBRARY))
            return Optional.of("There is no NVIDIA driver here (" + CudaDriver.LIBRARY
                    + " was not found): install NVIDIA's driver" + OTHERWISE);
        int error = machine.initialise();
        switch (error) {
            case 0 -> {}
            case NO_DEVICE -> {
                return Optional.of(
                        "NVIDIA's driver finds no GPU: check that the machine has one and that it is visible (CUDA_VISIBLE_DEVICES)"
                                + OTHERWISE);
            }
            case DRIVER_MISMATCH, NOT_COMPATIBLE -> {
                return Optional.of(
                        "NVIDIA's driver and its library " + CudaDriver.LIBRARY + " do not match (CUDA error " + error
                                + "): restart the machine, or install the driver again" + OTHERWISE);
            }
            default -> {
                return Optional.of("NVIDIA's driver does not start (CUDA error " + error + "): check it with nvidia-smi"
                        + OTHERWISE);
            }
        }
        int version = machine.version();
        if (version < cuda * 1000)
            return Optional.of(
                    "NVIDIA's driver supports CUDA up to %d.%d, and this ONNX Runtime needs CUDA %d: install a newer driver, or an ONNX Runtime for CUDA %d%s"
                            .formatted(version / 1000, version % 1000 / 10, cuda, version / 1000, OTHERWISE));
        var gpus = machine.gpus();
        if (gpus.stream().noneMatch(gpu -> gpu.number() == number))
            return Optional.of("There is no GPU %d; there %s%s"
                    .formatted(
                            number,
                            gpus.size() == 1
                                    ? "is one, GPU 0: choose that"
                                    : "are " + gpus.size() + ", numbered from 0: choose one of those",
                            OTHERWISE));
        return Optional.empty();
    }

    /// A sentence about the first library that cannot be loaded, empty if all can.
    ///
    /// @param needed file names of the libraries that the CUDA provider needs
    public Optional<String> libraries(List<String> needed) {
        return needed.stream()
                .filter(library -> VERSIONED.matcher(library).matches() && !machine.loads(library))
                .findFirst()
                .map(CudaCheck::missing);
    }

    /// The major version of CUDA for which a provider was built, 12 if unknown.
    public static int cuda(List<String> needed) {
        return needed.stream()
                .map(VERSIONED::matcher)
                .filter(match -> match.matches() && match.group(1).equals("cudart"))
                .map(match -> Integer.parseInt(match.group(2)))
                .findFirst()
                .orElse(12);
    }

    /// A sentence about a missing library.
    static String missing(String library) {
        var match = VERSIONED.matcher(library);
        if (!match.matches()) return library + " was not found: install it" + OTHERWISE;
        int version = Integer.parseInt(match.group(2));
        var part = Objects.requireNonNull(PARTS.get(match.group(1)));
        // cuRAND 10, cuFFT 11 and cuDNN 9 belong to CUDA 12, some to CUDA 13 too: their versions do not tell
        // CUDA's version.
        boolean ownVersion = !part[0].equals("CUDA's runtime") && !part[0].equals("cuBLAS") && !part[0].equals("NVRTC");
        String python = match.group(1).equals("cudnn")
                ? part[1] + "12 (for CUDA 13 " + part[1] + "13)"
                : ownVersion
                        ? part[1].replace("*", "-cu12") + " (for CUDA 13 " + part[1].replace("*", "") + ")"
                        : part[1].replace("*", version < 13 ? "-cu" + version : "");
        String what = part[0] + (ownVersion ? " " : " of CUDA ") + version;
        return "%s is missing (%s was not found): install it with NVIDIA's packages or as the Python package %s, and name its folder in -Despalier.cuda or LD_LIBRARY_PATH%s"
                .formatted(what, library, python, OTHERWISE);
    }

    /// Turns an error message of ONNX Runtime or of the dynamic loader into one sentence for the user.
    public static String explain(String message) {
        Matcher match = Pattern.compile("(lib[\\w+-]+\\.so[.\\d]*): cannot open shared object file")
                .matcher(message);
        if (match.find()) return missing(match.group(1));
        // CUDA gains functions within a major version: a library with the right name may still lack a function
        // that another one needs.
        match = Pattern.compile("undefined symbol: \\w+, version (lib[\\w+-]+\\.so[.\\d]*)")
                .matcher(message);
        if (match.find())
            return "The %s on this machine is too old for this ONNX Runtime (%s): install the newest of the same major version%s"
                    .formatted(match.group(1), match.group().replaceFirst(", version .*", ""), OTHERWISE);
        match = Pattern.compile("version `([\\w.]+)' not found").matcher(message);
        if (match.find())
            return "A library on this machine is too old for ONNX Runtime's CUDA provider (" + match.group(1)
                    + " is needed): update the system" + OTHERWISE;
        var low = message.toLowerCase(Locale.ROOT);
        if (low.contains("driver version is insufficient")
                || low.contains("not supported in the installed cuda driver"))
            return "NVIDIA's driver is older than the CUDA libraries: install a newer driver" + OTHERWISE;
        if (low.contains("no kernel image is available"))
            return "This ONNX Runtime was not built for this GPU: install another build, or choose the CPU.";
        if (low.contains("out of memory") || low.contains("memory is full"))
            return "The GPU's memory is full: close other programs that use it, choose a smaller model" + OTHERWISE;
        return "CUDA did not start (" + message.strip() + "): check the driver with nvidia-smi and the CUDA libraries"
                + OTHERWISE;
    }
}
