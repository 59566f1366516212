package dev.espalier.engine.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaCheckTest {
    private static final List<String> NEEDED = List.of(
            "libcublasLt.so.12",
            "libcublas.so.12",
            "libcurand.so.10",
            "libcudart.so.12",
            "libcuda.so.1",
            "libstdc++.so.6");

    /// A fake machine.
    private record FakeMachine(Set<String> missing, int initialise, int version, List<CudaCheck.Gpu> gpus)
            implements CudaCheck.Machine {
        static final List<CudaCheck.Gpu> ONE = List.of(new CudaCheck.Gpu(0, "NVIDIA L4", 24L << 30));

        @Override
        public boolean loads(String library) {
            return !missing.contains(library);
        }
    }

    private static String driver(FakeMachine machine, int number, int cuda) {
        return new CudaCheck(machine).driver(number, cuda).orElse("");
    }

    private static String libraries(String... missing) {
        return new CudaCheck(new FakeMachine(Set.of(missing), 0, 12080, FakeMachine.ONE))
                .libraries(NEEDED)
                .orElse("");
    }

    @Test
    void aCompleteInstallationHasNoProblem() {
        assertThat(driver(new FakeMachine(Set.of(), 0, 12080, FakeMachine.ONE), 0, 12))
                .isEmpty();
        assertThat(driver(new FakeMachine(Set.of(), 0, 13000, FakeMachine.ONE), 0, 12))
                .isEmpty();
        assertThat(libraries()).isEmpty();
    }

    @Test
    void aMissingDriverIsNamed() {
        assertThat(driver(new FakeMachine(Set.of(CudaDriver.LIBRARY), 0, 0, List.of()), 0, 12))
                .isEqualTo("There is no NVIDIA driver here (" + CudaDriver.LIBRARY
                        + " was not found): install NVIDIA's driver, or choose the CPU.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        100 | finds no GPU
        803 | do not match (CUDA error 803): restart the machine
        999 | does not start (CUDA error 999): check it with nvidia-smi
        """)
    void aDriverThatDoesNotStartSaysWhatToDo(int error, String message) {
        assertThat(driver(new FakeMachine(Set.of(), error, 12080, FakeMachine.ONE), 0, 12))
                .contains(message)
                .endsWith("or choose the CPU.");
    }

    @Test
    void aDriverTooOldForTheLibrariesIsNamedWithBothVersions() {
        assertThat(driver(new FakeMachine(Set.of(), 0, 12040, FakeMachine.ONE), 0, 13))
                .isEqualTo("NVIDIA's driver supports CUDA up to 12.4, and this ONNX Runtime needs CUDA 13: "
                        + "install a newer driver, or an ONNX Runtime for CUDA 12, or choose the CPU.");
    }

    @Test
    void aMissingGpuIsNamed() {
        assertThat(driver(new FakeMachine(Set.of(), 0, 12080, FakeMachine.ONE), 1, 12))
                .isEqualTo("There is no GPU 1; there is one, GPU 0: choose that, or choose the CPU.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        libcudart.so.12   | CUDA's runtime of CUDA 12 is missing | nvidia-cuda-runtime-cu12,
        libcudart.so.13   | CUDA's runtime of CUDA 13 is missing | nvidia-cuda-runtime,
        libcublasLt.so.12 | cuBLAS of CUDA 12 is missing         | nvidia-cublas-cu12,
        libcublas.so.13   | cuBLAS of CUDA 13 is missing         | nvidia-cublas,
        libcurand.so.10   | cuRAND 10 is missing                 | nvidia-curand-cu12 (for CUDA 13 nvidia-curand),
        libcufft.so.11    | cuFFT 11 is missing                  | nvidia-cufft-cu12 (for CUDA 13 nvidia-cufft),
        libcudnn.so.9     | cuDNN 9 is missing                   | nvidia-cudnn-cu12 (for CUDA 13 nvidia-cudnn-cu13),
        """)
    void aMissingLibraryIsNamedWithItsVersionAndPackage(String library, String what, String pack) {
        assertThat(CudaCheck.missing(library))
                .startsWith(what)
                .contains("(" + library + " was not found)")
                .contains("the Python package " + pack)
                .endsWith("or choose the CPU.");
    }

    @Test
    void theFirstMissingLibraryIsReported() {
        assertThat(libraries("libcudart.so.12", "libcurand.so.10")).startsWith("cuRAND 10 is missing");
    }

    @Test
    void theProvidersCudaVersionIsReadFromTheLibrariesItNeeds() {
        assertThat(CudaCheck.cuda(NEEDED)).isEqualTo(12);
        assertThat(CudaCheck.cuda(List.of("libcudart.so.13", "libm.so.6"))).isEqualTo(13);
        assertThat(CudaCheck.cuda(List.of())).isEqualTo(12);
    }

    /// The first three are messages of ONNX Runtime 1.28 and 1.29 (paths shortened): with missing libraries, with
    /// CUDA 12.6's runtime, and with a stub driver.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory | cuBLAS of CUDA 13 is missing
        Failed to load library /x/libonnxruntime_providers_cuda.so with error: undefined symbol: cudaLibraryGetKernel, version libcudart.so.12 | The libcudart.so.12 on this machine is too old for this ONNX Runtime (undefined symbol: cudaLibraryGetKernel)
        CUDA failure 36: API call is not supported in the installed CUDA driver ; GPU=-1 ; hostname=vm | NVIDIA's driver is older than the CUDA libraries
        CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version | NVIDIA's driver is older than the CUDA libraries
        libx.so: version `GLIBC_2.38' not found (required by libonnxruntime.so) | A library on this machine is too old for ONNX Runtime's CUDA provider (GLIBC_2.38 is needed)
        CUDA error 209: no kernel image is available for execution on the device | This ONNX Runtime was not built for this GPU
        the GPU's memory is full | The GPU's memory is full
        something new | CUDA did not start (something new)
        """)
    void errorMessagesOfTheRuntimeAreExplained(String message, String sentence) {
        assertThat(CudaCheck.explain(message)).startsWith(sentence).endsWith("choose the CPU.");
    }
}
