package dev.facefuse.nativelib;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueArrayRef;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.TupleElements;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript module in evaluation mode, with weights of one type on one device. Safe from several threads at once.
 *
 * <p>TorchScript is code: verify the checksum of the bytes before you load them.
 */
@SuppressWarnings("try") // guards and pointer scopes act while they are open
public final class ScriptModel implements AutoCloseable {

    /** TorchScript is a zip archive. Checking this here gives a clearer message than libtorch's. */
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

    private final JitModule module;
    private final String name;
    private final Dtype dtype;
    private final Device device;
    private final List<String> inputNames;
    private final long weightBytes;
    /** Runs and copies hold the read lock, and close() takes the write lock, so weights in use are not freed. */
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

    private final LeakTracker.Registration registration;
    private final @Nullable MappedFile file;
    private final long fileBytes;
    private boolean closed;

    private ScriptModel(JitModule module, String name, Dtype dtype, Device device, List<String> inputNames) {
        this(module, name, dtype, device, inputNames, null, 0);
    }

    private ScriptModel(
            JitModule module,
            String name,
            Dtype dtype,
            Device device,
            List<String> inputNames,
            @Nullable MappedFile file,
            long fileBytes) {
        this.module = module;
        this.file = file;
        this.fileBytes = fileBytes;
        this.name = name;
        this.dtype = dtype;
        this.device = device;
        this.inputNames = inputNames;
        this.weightBytes = ModuleTensors.bytes(module);
        this.registration = LeakTracker.track(this, AllocationTracker.addModel(device, weightBytes));
    }

    /**
     * Loads a file onto the host and converts its floating-point weights to {@code dtype}. The model has the name of the file.
     *
     * @throws IOException if the file cannot be read
     * @throws NativeException if it is not TorchScript
     */
    public static ScriptModel load(Path file, Dtype dtype) throws IOException {
        Libtorch.load();
        String name = Objects.toString(file.getFileName(), file.toString());
        try (FileChannel channel = FileChannel.open(file);
                BytePointer bytes = new BytePointer(Math.max(1, channel.size()))) {
            ByteBuffer buffer = bytes.asBuffer();
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // One read may return only a part of the file.
            }
            return load(bytes, buffer.position(), name, dtype, List.of());
        }
    }

    /**
     * Loads a model onto the host from memory. The bytes are not needed afterwards.
     *
     * @param name the model's name in messages
     * @throws NativeException if the bytes are not TorchScript
     */
    public static ScriptModel load(byte[] torchScript, String name, Dtype dtype) {
        return load(torchScript, name, dtype, List.of());
    }

    /**
     * Like {@link #load(byte[], String, Dtype)}, for a file without the numbers of some weights.
     *
     * @param synthetic generates these numbers
     * @throws NativeException if the bytes are not TorchScript, or the generated weights do not fit it
     */
    public static ScriptModel load(byte[] torchScript, String name, Dtype dtype, List<SyntheticWeights> synthetic) {
        Libtorch.load();
        try (BytePointer bytes = new BytePointer(Math.max(1, torchScript.length))) {
            bytes.put(torchScript);
            return load(bytes, torchScript.length, name, dtype, synthetic);
        }
    }

    /**
     * Loads a model onto the host from the bytes between the position and limit of a direct buffer, without copying them.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws NativeException if it does not hold TorchScript
     */
    public static ScriptModel load(ByteBuffer torchScript, String name, Dtype dtype) {
        if (!torchScript.isDirect()) {
            throw new IllegalArgumentException("The buffer with the model " + name + " is not direct");
        }
        Libtorch.load();
        try (BytePointer bytes = new BytePointer(torchScript.slice())) {
            return load(bytes, torchScript.remaining(), name, dtype, List.of());
        }
    }

    /**
     * Loads a classpath resource onto the host. The model's name is the last part of the path.
     *
     * @param anchor a class; a path without a leading slash is relative to its package
     * @throws IOException if there is no such resource or it cannot be read
     */
    public static ScriptModel loadResource(Class<?> anchor, String path, Dtype dtype) throws IOException {
        return loadResource(anchor.getResourceAsStream(path), path, dtype);
    }

    /** Like {@link #loadResource(Class, String, Dtype)}, with an absolute path without a leading slash. */
    public static ScriptModel loadResource(ClassLoader loader, String path, Dtype dtype) throws IOException {
        return loadResource(loader.getResourceAsStream(path), path, dtype);
    }

    private static ScriptModel loadResource(@Nullable InputStream resource, String path, Dtype dtype)
            throws IOException {
        if (resource == null) {
            throw new FileNotFoundException("There is no model " + path + " on the classpath");
        }
        try (resource) {
            return load(resource.readAllBytes(), path.substring(path.lastIndexOf('/') + 1), dtype);
        }
    }

    private static ScriptModel load(
            BytePointer bytes, long size, String name, Dtype dtype, List<SyntheticWeights> synthetic) {
        requireArchive(bytes, size, name);
        Pointer stream = ProcessNative.openMemoryStream(bytes, size);
        try {
            return load(host -> torch.load(stream, host, false), name, dtype, synthetic, null);
        } finally {
            ProcessNative.closeMemoryStream(stream);
        }
    }

    /**
     * Loads a mapped file onto the host. The weights that the file stores as {@code dtype} remain in the mapping, and take physical memory
     * only from their use until {@link #releasePages}. The others are converted in memory. While it loads, the model needs the memory
     * of all weights.
     *
     * @param file the file, which the model owns from now on. It is closed with the model, or at once if the model cannot be loaded or
     *     no weight remains in the mapping
     * @throws NativeException if it is not TorchScript
     */
    public static ScriptModel load(MappedFile file, String name, Dtype dtype) {
        Libtorch.load();
        ScriptModel loaded = null;
        try (BytePointer bytes = file.pointer()) {
            requireArchive(bytes, file.size(), name);
            file.releasePages();
            Pointer stream = ProcessNative.openMappedStream(bytes, file.size());
            try {
                loaded = load(host -> torch.load(stream, host, false), name, dtype, List.of(), file);
            } finally {
                ProcessNative.closeMemoryStream(stream);
            }
            return loaded;
        } finally {
            if (loaded == null || loaded.file == null) {
                file.close();
            }
            ProcessNative.trim();
        }
    }

    private static void requireArchive(BytePointer bytes, long size, String name) {
        if (size < ZIP_MAGIC.length || !startsWith(bytes, ZIP_MAGIC)) {
            throw new NativeException(
                    NativeException.Kind.OTHER, "The model " + name + " is not TorchScript: not a zip archive", null);
        }
    }

    private static ScriptModel load(
            Function<DeviceOptional, JitModule> source,
            String name,
            Dtype dtype,
            List<SyntheticWeights> synthetic,
            @Nullable MappedFile file) {
        try (PointerScope pointers = new PointerScope();
                NoGradGuard noGradients = new NoGradGuard()) {
            JitModule module = source.apply(new DeviceOptional(TorchTypes.toTorch(Device.CPU)));
            module.eval();
            SyntheticWeights.apply(synthetic, module, dtype);
            ModuleTensors.convert(module, Device.CPU, dtype);
            long fileBytes = file == null ? 0 : ModuleTensors.useMapping(module, file);
            ScriptModel model = new ScriptModel(
                    module, name, dtype, Device.CPU, inputNamesOf(module), fileBytes == 0 ? null : file, fileBytes);
            keep(module, pointers);
            return model;
        } catch (RuntimeException e) {
            throw NativeException.from("The model " + name + " could not be loaded", e);
        }
    }

    private static boolean startsWith(BytePointer bytes, byte[] start) {
        for (int i = 0; i < start.length; i++) {
            if (bytes.get(i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Runs the model's {@code forward} in inference mode.
     *
     * @param scope the scope that will own the outputs
     * @param inputs a tensor for each of {@link #inputNames()}, on this model's device and of its type
     * @return the output, or the elements of a tuple or list in order; nested tuples and lists are flattened
     * @throws IllegalArgumentException if a name is missing or unknown; the message lists the expected ones
     * @throws NativeException if libtorch reports an error or runs out of memory
     */
    public List<Tensor> run(TensorScope scope, Map<String, Tensor> inputs) {
        scope.checkOpen();
        checkNames(inputs.keySet());
        return whileOpen(() -> {
            try (PointerScope pointers = new PointerScope();
                    InferenceMode inference = new InferenceMode(true)) {
                IValueVector arguments = new IValueVector(inputNames.size());
                for (int i = 0; i < inputNames.size(); i++) {
                    Tensor input = Objects.requireNonNull(inputs.get(inputNames.get(i)));
                    arguments.put(i, new IValue(input.handle()));
                }
                List<org.bytedeco.pytorch.Tensor> outputs = new ArrayList<>();
                flatten(module.forward(arguments), outputs);
                return outputs.stream()
                        .map(output -> scope.adopt(copyFromMapping(output), pointers))
                        .toList();
            }
        });
    }

    /** Copies an output that is a weight in the mapping, because it may outlive the mapping. */
    private org.bytedeco.pytorch.Tensor copyFromMapping(org.bytedeco.pytorch.Tensor output) {
        return file != null && file.contains(output.data_ptr()) ? output.clone() : output;
    }

    /** The names of {@code forward}'s arguments, in order. */
    public List<String> inputNames() {
        return inputNames;
    }

    /** The bytes of all parameters, buffers and tensor attributes. Constants in the code do not count. */
    public long weightBytes() {
        return weightBytes;
    }

    /** The part of {@link #weightBytes()} that is in the mapped file; {@link #releasePages()} can release its physical memory. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Releases the physical memory of weights in the mapped file. The next run, or a current one, reloads them from the file. */
    public void releasePages() {
        if (file != null) {
            file.releasePages();
        }
    }

    /** The type of the floating-point weights. */
    public Dtype dtype() {
        return dtype;
    }

    public Device device() {
        return device;
    }

    public String name() {
        return name;
    }

    /**
     * Creates an independent copy on a device, with floating-point weights of the given type. The original does not change.
     *
     * <p>If only the device changes, the weights are copied directly to it. If the type changes too, they are converted on the host
     * first, so that the device never holds more than the result.
     *
     * @throws NativeException if there is no such device or not enough memory
     */
    public ScriptModel copyTo(Device target, Dtype targetDtype) {
        Libtorch.require(target);
        return whileOpen(() -> {
            try (PointerScope pointers = new PointerScope();
                    NoGradGuard noGradients = new NoGradGuard()) {
                boolean direct = targetDtype == dtype && !target.equals(device);
                JitModule copy =
                        direct ? module.deepcopy(new DeviceOptional(TorchTypes.toTorch(target))) : module.deepcopy();
                if (!direct) {
                    ModuleTensors.convert(copy, target, targetDtype);
                }
                ScriptModel model = new ScriptModel(copy, name, targetDtype, target, inputNames);
                keep(copy, pointers);
                return model;
            }
        });
    }

    /**
     * Lists the uses of float16 in this model, with a short description of each: weights, constants and casts in the code. In a model
     * with another {@link #dtype()} each of them is a mistake, which on a CPU makes it very slow. Takes some milliseconds.
     */
    public List<String> halfPrecision() {
        return whileOpen(() -> HalfPrecisionFinder.in(module));
    }

    /** Waits for runs in other threads, then releases the weights. Closing again does nothing. */
    @Override
    public void close() {
        Lock writing = lifetime.writeLock();
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                registration.close();
                module.deallocate();
                if (file != null) {
                    file.close();
                }
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public String toString() {
        return "ScriptModel[" + name + " " + dtype.jsonName() + " on " + device + "]";
    }

    private <T> T whileOpen(Supplier<T> action) {
        Lock reading = lifetime.readLock();
        reading.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The model " + name + " is closed");
            }
            return action.get();
        } catch (IllegalStateException | NativeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from(name, e);
        } finally {
            reading.unlock();
        }
    }

    private void checkNames(Set<String> given) {
        if (given.size() != inputNames.size() || !given.containsAll(inputNames)) {
            throw new IllegalArgumentException(
                    "The model " + name + " takes the inputs " + inputNames + ", not " + new TreeSet<>(given));
        }
    }

    private static void flatten(IValue value, List<org.bytedeco.pytorch.Tensor> outputs) {
        if (value.isTensor()) {
            outputs.add(new org.bytedeco.pytorch.Tensor(value.toTensor())); // toTensor returns a borrowed reference
        } else if (value.isTuple()) {
            TupleElements elements = value.toTupleRef().elements();
            for (long i = 0; i < elements.size(); i++) {
                flatten(elements.at(i), outputs);
            }
        } else if (value.isList()) {
            IValueArrayRef elements = value.toListRef();
            for (long i = 0; i < elements.size(); i++) {
                flatten(elements.at(i), outputs);
            }
        } else {
            throw new IllegalArgumentException("An output that is neither a tensor, a tuple nor a list of them: "
                    + value.tagKind().getString());
        }
    }

    private static List<String> inputNamesOf(JitModule module) {
        Argument arguments = module.get_method("forward").function().getSchema().arguments();
        List<String> names = new ArrayList<>();
        for (long i = 1; i < arguments.limit(); i++) { // 0 is self
            names.add(arguments.getPointer(i).name().getString());
        }
        return List.copyOf(names);
    }

    /** Detaches a module from the pointer scope in which it was created, so that it outlives the scope. */
    private static void keep(JitModule module, PointerScope createdIn) {
        module.retainReference();
        createdIn.detach(module);
    }
}
