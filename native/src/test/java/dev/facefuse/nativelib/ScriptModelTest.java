package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses the models that make_models.py writes, in the test resources. */
class ScriptModelTest {

    @TempDir
    Path directory;

    @Test
    void runsByArgumentName() throws IOException {
        try (ScriptModel model = load("affine.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            assertThat(model.inputNames()).containsExactly("x");
            assertThat(model.name()).isEqualTo("affine.pt");
            assertThat(model.device()).isEqualTo(Device.CPU);
            assertThat(model.weightBytes()).isEqualTo((6 + 2) * 4);

            List<Tensor> outputs = model.run(scope, Map.of("x", scope.floats(new float[] {1, 2, 3, 0, 0, 1}, 2, 3)));
            assertThat(outputs).hasSize(1);
            assertThat(outputs.get(0).shape()).containsExactly(2, 2);
            assertThat(outputs.get(0).toFloats()).containsExactly(14.5f, 31.5f, 3.5f, 5.5f);
            assertThat(scope.liveTensors()).isEqualTo(2);
        }
    }

    @Test
    void keepsStoredWeightsInTheFile() throws IOException {
        Path file = copy("convolution.pt");
        float[] picture = new float[3 * 8 * 8];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = i % 7 - 3f;
        }
        try (ScriptModel inMemory = ScriptModel.load(file, Dtype.FLOAT32);
                ScriptModel inFile = ScriptModel.load(MappedFile.open(file), "convolution.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            assertThat(inMemory.fileBytes()).isZero();
            assertThat(inFile.fileBytes()).as("only one tensor is large enough").isEqualTo(16 * 16 * 9 * 4);
            assertThat(inFile.weightBytes()).isEqualTo(inMemory.weightBytes());
            float[] expected = run(inMemory, scope, picture);
            assertThat(run(inFile, scope, picture)).isEqualTo(expected);
            inFile.releasePages();
            assertThat(run(inFile, scope, picture)).isEqualTo(expected);
        }
    }

    /** Another model replaces the file after it was opened and before it is loaded. */
    @Test
    void loadsTheOpenedFile() throws IOException {
        float[] picture = new float[3 * 8 * 8];
        picture[0] = 1;
        Path file = copy("convolution.pt");
        MappedFile opened = MappedFile.open(file);
        Files.move(copy("affine.pt"), file, StandardCopyOption.ATOMIC_MOVE);
        try (ScriptModel inFile = ScriptModel.load(opened, "convolution.pt", Dtype.FLOAT32);
                ScriptModel inMemory = ScriptModel.load(copy("convolution.pt"), Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            assertThat(inFile.fileBytes()).isPositive();
            assertThat(run(inFile, scope, picture)).isEqualTo(run(inMemory, scope, picture));
        }
    }

    @Test
    void aCopyDoesNotNeedTheFile() throws IOException {
        float[] picture = new float[3 * 8 * 8];
        ScriptModel copy;
        try (ScriptModel inFile =
                ScriptModel.load(MappedFile.open(copy("convolution.pt")), "convolution.pt", Dtype.FLOAT32)) {
            copy = inFile.copyTo(Device.CPU, Dtype.FLOAT32);
        }
        try (copy;
                ScriptModel inMemory = ScriptModel.load(copy("convolution.pt"), Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            assertThat(copy.fileBytes()).isZero();
            assertThat(run(copy, scope, picture)).isEqualTo(run(inMemory, scope, picture));
        }
    }

    private static float[] run(ScriptModel model, TensorScope scope, float[] picture) {
        return model.run(scope, Map.of("image", scope.floats(picture, 1, 3, 8, 8)))
                .get(0)
                .toFloats();
    }

    @Test
    void closesTheFileIfAllWeightsAreConverted() throws IOException {
        MappedFile file = MappedFile.open(copy("convolution.pt"));
        try (ScriptModel model = ScriptModel.load(file, "convolution.pt", Dtype.BFLOAT16)) {
            assertThat(model.fileBytes()).isZero();
            assertThat(file.isOpen()).isFalse();
        }
    }

    @Test
    void anOutputThatIsAWeightOutlivesTheModel() throws IOException {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> outputs;
            try (ScriptModel model = ScriptModel.load(MappedFile.open(copy("weight.pt")), "weight.pt", Dtype.FLOAT32)) {
                assertThat(model.fileBytes()).isEqualTo(2048 * 4);
                outputs = model.run(scope, Map.of("x", scope.floats(new float[] {1}, 1)));
            }
            assertThat(outputs.get(0).toFloats()).startsWith(1024f, 1025f).hasSize(1024);
            assertThat(outputs.get(1).toFloats()).startsWith(1f, 2f).hasSize(2048);
        }
    }

    @Test
    void closesAFileThatIsNotAModel() throws IOException {
        MappedFile file = MappedFile.open(Files.write(directory.resolve("no.pt"), new byte[9000]));
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> ScriptModel.load(file, "no.pt", Dtype.FLOAT32))
                .withMessageContaining("not a zip archive");
        assertThat(file.isOpen()).isFalse();
    }

    private Path copy(String model) throws IOException {
        try (var in = ScriptModelTest.class.getResourceAsStream(model)) {
            return Files.write(directory.resolve(model), in.readAllBytes());
        }
    }

    @Test
    void flattensTuplesAndListsInEvaluationMode() throws IOException {
        try (ScriptModel model = load("several.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            assertThat(model.inputNames()).containsExactly("left", "right");
            List<Tensor> outputs = model.run(
                    scope,
                    Map.of("right", scope.floats(new float[] {4, 3}, 2), "left", scope.floats(new float[] {1, 2}, 2)));

            assertThat(outputs.stream().map(Tensor::toFloats).map(Arrays::toString))
                    .containsExactly("[-3.0, -1.0]", "[-1.5, -2.0]", "[7.0, 19.0]", "[10.0, 20.0]");
            assertThat(outputs.get(3).dtype()).isEqualTo(Dtype.INT64);
        }
    }

    @Test
    void findsHalfPrecisionInTheCode() throws IOException {
        try (ScriptModel casts = load("halves.pt", Dtype.FLOAT32);
                ScriptModel constant = load("half_constant.pt", Dtype.FLOAT32)) {
            assertThat(casts.halfPrecision())
                    .hasSize(3)
                    .anyMatch(use -> use.matches("aten::to in .*torch\\.to\\(x, 5\\).*"))
                    .anyMatch(use -> use.startsWith("aten::to in ") && use.contains("torch.to(x0, 5)"))
                    .contains("aten::zeros in zeros = torch.zeros([2], dtype=5)");
            assertThat(constant.halfPrecision()).hasSize(2).anyMatch(use -> use.startsWith("a constant in "));
        }
    }

    @Test
    void findsHalfPrecisionInTheWeights() throws IOException {
        try (ScriptModel model = load("affine_half.pt", Dtype.FLOAT32);
                ScriptModel half = model.copyTo(Device.CPU, Dtype.FLOAT16)) {
            assertThat(model.halfPrecision()).isEmpty();
            assertThat(half.halfPrecision()).containsExactly("weight linear.weight", "weight linear.bias");
        }
    }

    @Test
    void listsTheExpectedInputsInTheErrorMessage() throws IOException {
        try (ScriptModel model = load("several.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(new float[2], 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.run(scope, Map.of("left", tensor)))
                    .withMessage("The model several.pt takes the inputs [left, right], not [left]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.run(scope, Map.of("left", tensor, "rigth", tensor)))
                    .withMessageContaining("[left, right], not [left, rigth]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.run(scope, Map.of("left", tensor, "right", tensor, "top", tensor)));
        }
    }

    @Test
    void loadsFromFilesBuffersAndResources() throws IOException {
        byte[] bytes = bytesOf("affine.pt");
        Path file = Files.write(directory.resolve("a.pt"), bytes);
        ByteBuffer padded = ByteBuffer.allocateDirect(bytes.length + 8).position(4);
        padded.put(bytes).flip().position(4);
        ClassLoader classLoader = ScriptModelTest.class.getClassLoader();
        try (FileChannel channel = FileChannel.open(file);
                ScriptModel fromFile = ScriptModel.load(file, Dtype.FLOAT32);
                ScriptModel fromBytes = ScriptModel.load(bytes, "b", Dtype.FLOAT32);
                ScriptModel fromBuffer = ScriptModel.load(padded, "c", Dtype.FLOAT32);
                ScriptModel fromMapping = ScriptModel.load(
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), "d", Dtype.FLOAT32);
                ScriptModel fromClassPath =
                        ScriptModel.loadResource(classLoader, "dev/facefuse/nativelib/affine.pt", Dtype.FLOAT32)) {
            Files.delete(file);
            assertThat(fromFile.name()).isEqualTo("a.pt");
            assertThat(fromClassPath.name()).isEqualTo("affine.pt");
            for (ScriptModel model : List.of(fromFile, fromBytes, fromBuffer, fromMapping, fromClassPath)) {
                assertThat(affine(model, 1, 0, 0)).containsExactly(1.5f, 3.5f);
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptModel.load(ByteBuffer.wrap(bytes), "heap", Dtype.FLOAT32));
    }

    @Test
    void reportsAMissingModel() {
        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> load("absent.pt", Dtype.FLOAT32))
                .withMessageContaining("absent.pt");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> ScriptModel.load(directory.resolve("absent.pt"), Dtype.FLOAT32));
    }

    @Test
    void rejectsInvalidData() throws IOException {
        byte[] truncated = Arrays.copyOf(bytesOf("affine.pt"), 1000);
        for (byte[] invalid : List.of(new byte[0], new byte[100], new byte[] {80, 75, 3, 4}, truncated)) {
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> ScriptModel.load(invalid, "invalid", Dtype.FLOAT32))
                    .withMessageStartingWith("The model invalid ")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.OTHER))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        }
    }

    @Test
    void convertsHalfWeightsToFloat32() throws IOException {
        try (ScriptModel model = load("affine_half.pt", Dtype.FLOAT32)) {
            assertThat(model.dtype()).isEqualTo(Dtype.FLOAT32);
            assertThat(model.weightBytes()).isEqualTo((6 + 2) * 4);
            assertThat(affine(model, 1, 2, 3)).containsExactly(14.5f, 31.5f);
        }
    }

    @Test
    void doesNotConvertIntegers() throws IOException {
        try (ScriptModel half = load("several.pt", Dtype.FLOAT16)) {
            assertThat(half.weightBytes()).isEqualTo(2 * 8 + 2 * 2);
        }
    }

    @Test
    void copiesAreIndependent() throws IOException {
        try (ScriptModel model = load("affine.pt", Dtype.FLOAT32)) {
            ScriptModel half = model.copyTo(Device.CPU, Dtype.FLOAT16);
            assertThat(half.weightBytes()).isEqualTo(model.weightBytes() / 2);
            assertThat(half).hasToString("ScriptModel[affine.pt float16 on cpu]");
            try (ScriptModel back = half.copyTo(Device.CPU, Dtype.FLOAT32)) {
                half.close();
                assertThat(affine(back, 1, 2, 3)).containsExactly(14.5f, 31.5f);
            }
            assertThat(affine(model, 1, 2, 3)).containsExactly(14.5f, 31.5f);
        }
    }

    @Test
    void reportsAWrongShapeInOneLine() throws IOException {
        try (ScriptModel model = load("affine.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            Tensor wrong = scope.floats(new float[2], 1, 2);
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> model.run(scope, Map.of("x", wrong)))
                    .withMessage("affine.pt: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.SHAPE));
            assertThat(scope.liveTensors()).isEqualTo(1);
        }
    }

    @Test
    void reportsOutOfMemory() throws IOException {
        try (ScriptModel model = load("outer.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            Tensor large = scope.floats(new float[8_000_000], 8_000_000);
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> model.run(scope, Map.of("x", large)))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.OUT_OF_MEMORY))
                    .withMessageStartingWith("outer.pt: DefaultCPUAllocator: can't allocate memory");
        }
    }

    @Test
    void reportsTheModelsOwnErrors() throws IOException {
        try (ScriptModel model = load("refuses.pt", Dtype.FLOAT32);
                ScriptModel text = load("text.pt", Dtype.FLOAT32);
                TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> inputs = Map.of("x", scope.floats(new float[2], 2));
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> model.run(scope, inputs))
                    .withMessage("refuses.pt: seven rows, please")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.OTHER));
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> text.run(scope, inputs))
                    .withMessageContaining("neither a tensor");
        }
    }

    @Test
    void cannotBeUsedAfterClosing() throws IOException {
        Libtorch.load();
        long pointers = Pointer.totalCount();
        ScriptModel model = load("affine.pt", Dtype.FLOAT32);
        model.close();
        model.close();
        assertThat(Pointer.totalCount()).isEqualTo(pointers);
        assertThatIllegalStateException()
                .isThrownBy(() -> affine(model, 1, 2, 3))
                .withMessageContaining("affine.pt");
        assertThatIllegalStateException().isThrownBy(() -> model.copyTo(Device.CPU, Dtype.FLOAT32));
    }

    @Test
    void runsInSeveralThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ScriptModel model = load("affine.pt", Dtype.FLOAT32)) {
            Callable<Boolean> runs = () -> {
                for (int i = 0; i < 500; i++) {
                    float[] expected = {i + 0.5f, 4 * i - 0.5f};
                    if (!Arrays.equals(affine(model, i, 0, 0), expected)) {
                        return false;
                    }
                }
                return true;
            };
            for (Future<Boolean> result : threads.invokeAll(List.of(runs, runs))) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static float[] affine(ScriptModel model, float... row) {
        try (TensorScope scope = TensorScope.open()) {
            return model.run(scope, Map.of("x", scope.floats(row, 1, row.length)))
                    .get(0)
                    .toFloats();
        }
    }

    private static ScriptModel load(String resource, Dtype dtype) throws IOException {
        return ScriptModel.loadResource(ScriptModelTest.class, resource, dtype);
    }

    private static byte[] bytesOf(String resource) throws IOException {
        try (var stream = ScriptModelTest.class.getResourceAsStream(resource)) {
            return stream.readAllBytes();
        }
    }
}
