package dev.espalier.engine.device.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds out whether CUDA can work here, and if not, says in a sentence which part is missing or of the wrong version and what to install.
public final class CudaCheck {
    /// `CUDA_ERROR_NO_DEVICE`, and the errors of a driver whose parts do not fit: `CUDA_ERROR_SYSTEM_DRIVER_MISMATCH`,
    /// `CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE`.
    private static final int NO_DEVICE = 100;
    private static final int DRIVER_MISMATCH = 803;
    private static final int NOT_COMPATIBLE = 804;

    private static final Pattern VERSIONED = Pattern.compile("lib(cudart|cublasLt|cublas|curand|cufft|cudnn|nvrtc)\\.so\\.(\\d+)");
    /// What a library is called, and NVIDIA's Python package that carries it ("*" stands for "-cu12", and for nothing from CUDA 13 on).
    private static final Map<String, String[]> PARTS = Map.of(
        "cudart", new String[] {"CUDA's runtime", "nvidia-cuda-runtime*"},
        "cublas", new String[] {"cuBLAS", "nvidia-cublas*"},
        "cublasLt", new String[] {"cuBLAS", "nvidia-cublas*"},
        "curand", new String[] {"cuRAND", "nvidia-curand*"},
        "cufft", new String[] {"cuFFT", "nvidia-cufft*"},
        "nvrtc", new String[] {"NVRTC", "nvidia-cuda-nvrtc*"},
        "cudnn", new String[] {"cuDNN", "nvidia-cudnn-cu"});
    private static final String OTHERWISE = ", or choose the CPU.";

    /// A GPU as the driver names it.
    ///
    /// @param memory in bytes
    public record Gpu(int number, String name, long memory) {}

    /// What is asked of a machine.
    interface Machine {
        /// Whether a library is found and loads.
        boolean loads(String library);

        /// `cuInit`: 0, or an error number.
        int initialise();

        /// The newest CUDA that the driver supports, 1000 × major + 10 × minor.
        int version();

        List<Gpu> gpus();
    }

    private final Machine machine;

    public CudaCheck(Machine machine) {
        this.machine = machine;
    }

    /// What is wrong with driver and GPU, if anything.
    ///
    /// @param cuda the major version of CUDA that is wanted
    public Optional<String> driver(int number, int cuda) {
        if (!machine.loads(CudaDriver.LIBRARY))
            return Optional.of("There is no NVIDIA driver here (" + CudaDriver.LIBRARY + " was not found): install NVIDIA's driver" + OTHERWISE);
        int error = machine.initialise();
        switch (error) {
            case 0 -> { }
            case NO_DEVICE -> {
                return Optional.of("NVIDIA's driver finds no GPU: check that one is built in and shown to this system (CUDA_VISIBLE_DEVICES)" + OTHERWISE);
            }
            case DRIVER_MISMATCH, NOT_COMPATIBLE -> {
                return Optional.of("NVIDIA's driver and its library " + CudaDriver.LIBRARY + " do not fit each other (CUDA error " + error
                    + "): restart the machine, or install the driver again" + OTHERWISE);
            }
            default -> {
                return Optional.of("NVIDIA's driver does not start (CUDA error " + error + "): check it with nvidia-smi" + OTHERWISE);
            }
        }
        int version = machine.version();
        if (version < cuda * 1000) return Optional.of("NVIDIA's driver supports CUDA up to %d.%d, and this ONNX Runtime needs CUDA %d: install a newer driver, or an ONNX Runtime for CUDA %d%s"
            .formatted(version / 1000, version % 1000 / 10, cuda, version / 1000, OTHERWISE));
        var gpus = machine.gpus();
        if (gpus.stream().noneMatch(gpu -> gpu.number() == number)) return Optional.of("There is no GPU %d; there %s%s".formatted(number,
            gpus.size() == 1 ? "is one, GPU 0: choose that" : "are " + gpus.size() + ", numbered from 0: choose one of those", OTHERWISE));
        return Optional.empty();
    }

    /// The first of the libraries that cannot be loaded, if any.
    ///
    /// @param needed by the CUDA provider
    public Optional<String> libraries(List<String> needed) {
        return needed.stream().filter(library -> VERSIONED.matcher(library).matches() && !machine.loads(library)).findFirst().map(CudaCheck::missing);
    }

    /// The major version of CUDA for which a provider was built, 12 where it does not say.
    public static int cuda(List<String> needed) {
        return needed.stream().map(VERSIONED::matcher).filter(match -> match.matches() && match.group(1).equals("cudart"))
            .map(match -> Integer.parseInt(match.group(2))).findFirst().orElse(12);
    }

    /// What to do about a library that was not found.
    static String missing(String library) {
        var match = VERSIONED.matcher(library);
        if (!match.matches()) return library + " was not found: install it" + OTHERWISE;
        int version = Integer.parseInt(match.group(2));
        var part = Objects.requireNonNull(PARTS.get(match.group(1)));
        // cuRAND 10, cuFFT 11 and cuDNN 9 go with CUDA 12, some with CUDA 13 too: their own numbers say nothing of CUDA's.
        boolean ownNumber = !part[0].equals("CUDA's runtime") && !part[0].equals("cuBLAS") && !part[0].equals("NVRTC");
        String python = match.group(1).equals("cudnn") ? part[1] + "12 (for CUDA 13 " + part[1] + "13)"
            : ownNumber ? part[1].replace("*", "-cu12") + " (for CUDA 13 " + part[1].replace("*", "") + ")" : part[1].replace("*", version < 13 ? "-cu" + version : "");
        String what = part[0] + (ownNumber ? " " : " of CUDA ") + version;
        return "%s is missing (%s was not found): install it with NVIDIA's packages or as the Python package %s, and name its folder in -Despalier.cuda or LD_LIBRARY_PATH%s"
            .formatted(what, library, python, OTHERWISE);
    }

    /// A sentence about the words with which ONNX Runtime or the loader refused the CUDA provider.
    public static String explain(String words) {
        Matcher match = Pattern.compile("(lib[\\w+-]+\\.so[.\\d]*): cannot open shared object file").matcher(words);
        if (match.find()) return missing(match.group(1));
        // CUDA grows within a major version: a library that has the right name may still lack what another one needs of it.
        match = Pattern.compile("undefined symbol: \\w+, version (lib[\\w+-]+\\.so[.\\d]*)").matcher(words);
        if (match.find()) return "The %s on this machine is too old for this ONNX Runtime (%s): install the newest of the same major version%s".formatted(
            match.group(1), match.group().replaceFirst(", version .*", ""), OTHERWISE);
        match = Pattern.compile("version `([\\w.]+)' not found").matcher(words);
        if (match.find()) return "A library on this machine is too old for ONNX Runtime's CUDA provider (" + match.group(1) + " is needed): update the system" + OTHERWISE;
        var low = words.toLowerCase(Locale.ROOT);
        if (low.contains("driver version is insufficient") || low.contains("not supported in the installed cuda driver")) return "NVIDIA's driver is older than the CUDA libraries: install a newer driver" + OTHERWISE;
        if (low.contains("no kernel image is available")) return "This ONNX Runtime was not built for this GPU: install another build, or choose the CPU.";
        if (low.contains("out of memory") || low.contains("memory is full")) return "The GPU's memory is full: close other programs that use it, choose a smaller model" + OTHERWISE;
        return "CUDA did not start (" + words.strip() + "): check the driver with nvidia-smi and the CUDA libraries" + OTHERWISE;
    }
}
