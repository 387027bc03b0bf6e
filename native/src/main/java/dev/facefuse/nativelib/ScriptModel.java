package dev.facefuse.nativelib;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
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
import org.bytedeco.pytorch.attribute_iterator;
import org.bytedeco.pytorch.attribute_list;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript module in evaluation mode, with weights of one type on one device. Safe from several threads at once.
 *
 * <p>TorchScript is code: load only bytes whose checksum was verified.
 */
@SuppressWarnings("try") // guards and pointer scopes work by being open
public final class ScriptModel implements AutoCloseable {

    /** TorchScript is a zip archive; libtorch's own message about anything else helps nobody. */
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

    private final JitModule module;
    private final String name;
    private final Dtype dtype;
    private final Device device;
    private final List<String> inputNames;
    private final long weightBytes;
    /** Runs and copies read; closing writes: nobody's weights go while they are in use. */
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

    private final SafetyNet.Watch watch;
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
        this.weightBytes = weightBytesOf(module);
        this.watch = SafetyNet.watch(this, Ownership.enterModel(device, weightBytes));
    }

    /**
     * Loads a file onto the host, its floating-point weights as {@code dtype}. Named after the file. The file is read once.
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
                // A channel may give less than was asked for.
            }
            return load(bytes, buffer.position(), name, dtype, List.of());
        }
    }

    /**
     * Loads onto the host from memory: the bytes that were verified are the bytes that are loaded. They are not kept.
     *
     * @param name what to call it in messages
     * @throws NativeException if they are not TorchScript
     */
    public static ScriptModel load(byte[] torchScript, String name, Dtype dtype) {
        return load(torchScript, name, dtype, List.of());
    }

    /**
     * As {@link #load(byte[], String, Dtype)}, for a file that does not hold all of its numbers.
     *
     * @throws NativeException if a drawing does not fit the module, too
     */
    public static ScriptModel load(byte[] torchScript, String name, Dtype dtype, List<Drawing> drawings) {
        Libtorch.load();
        try (BytePointer bytes = new BytePointer(Math.max(1, torchScript.length))) {
            bytes.put(torchScript);
            return load(bytes, torchScript.length, name, dtype, drawings);
        }
    }

    /**
     * Loads onto the host from a direct buffer (a mapped file, say), between its position and limit, without copying it.
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
     * Loads a classpath resource onto the host. Named after the last part of its path.
     *
     * @param anchor finds the resource: a path without a leading slash is relative to its package
     * @throws IOException if there is no such resource or it cannot be read
     */
    public static ScriptModel loadResource(Class<?> anchor, String path, Dtype dtype) throws IOException {
        return loadResource(anchor.getResourceAsStream(path), path, dtype);
    }

    /** As {@link #loadResource(Class, String, Dtype)}, with an absolute path and no leading slash. */
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

    private static ScriptModel load(BytePointer bytes, long size, String name, Dtype dtype, List<Drawing> drawings) {
        requireArchive(bytes, size, name);
        Pointer stream = ProcessNative.openMemoryStream(bytes, size);
        try {
            return load(onHost -> torch.load(stream, onHost, false), name, dtype, drawings, null);
        } finally {
            ProcessNative.closeMemoryStream(stream);
        }
    }

    /**
     * Loads an opened file onto the host, from its mapping: the bytes that were verified are the bytes that are loaded. Weights that
     * it stores as {@code dtype} stay in it and take physical memory from when they are used until {@link #letGo}. The others are
     * converted and kept, and need the file no more. Takes the memory of all weights while it loads.
     *
     * @param file this model's from now on: closed with it, or at once if it cannot be loaded or no weight stays in it
     * @throws NativeException if it is not TorchScript
     */
    public static ScriptModel load(MappedFile file, String name, Dtype dtype) {
        Libtorch.load();
        ScriptModel loaded = null;
        try (BytePointer bytes = file.pointer()) {
            requireArchive(bytes, file.size(), name);
            file.letGo();
            Pointer stream = ProcessNative.openMappedStream(bytes, file.size());
            try {
                loaded = load(onHost -> torch.load(stream, onHost, false), name, dtype, List.of(), file);
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
            List<Drawing> drawings,
            @Nullable MappedFile file) {
        try (PointerScope pointers = new PointerScope();
                NoGradGuard noGradients = new NoGradGuard()) {
            JitModule module = source.apply(new DeviceOptional(TorchTypes.toTorch(Device.CPU)));
            module.eval();
            Drawing.apply(drawings, module, dtype);
            convert(module, Device.CPU, dtype);
            long fileBytes = file == null ? 0 : leaveInFile(module, file);
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
     * Runs the model's {@code forward} under inference mode.
     *
     * @param scope owns the outputs
     * @param inputs a tensor for each of {@link #inputNames()}, on this model's device, of its type
     * @return the output, or the outputs of a tuple or list in their order, nested ones flattened
     * @throws IllegalArgumentException if a name is missing or unknown; the message lists the expected ones
     * @throws NativeException if libtorch refuses or runs out of memory
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
                        .map(output -> scope.keep(outsideFile(output), pointers))
                        .toList();
            }
        });
    }

    /** An output may be a weight, and outlive the file that holds it. */
    private org.bytedeco.pytorch.Tensor outsideFile(org.bytedeco.pytorch.Tensor output) {
        return file != null && file.contains(output.data_ptr()) ? output.clone() : output;
    }

    /** The names of {@code forward}'s arguments, in order. */
    public List<String> inputNames() {
        return inputNames;
    }

    /** Bytes of all parameters, buffers and tensor attributes; constants inside the code are not counted. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Those of {@link #weightBytes()} that are in the file which was loaded, and may be let go. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Gives the physical memory back that weights in a file take; a next run, or one that is under way, gets them from there again. */
    public void letGo() {
        if (file != null) {
            file.letGo();
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
     * An independent copy on a device, its floating-point weights as {@code dtype}. The original stays as it is.
     *
     * <p>Where only the device changes, weights go straight to it. Where the type changes too, they are converted on the host
     * first: the device never holds more than the result.
     *
     * @throws NativeException if there is no such device or not enough memory
     */
    public ScriptModel copyTo(Device target, Dtype targetDtype) {
        Libtorch.require(target);
        return whileOpen(() -> {
            try (PointerScope pointers = new PointerScope();
                    NoGradGuard noGradients = new NoGradGuard()) {
                boolean straight = targetDtype == dtype && !target.equals(device);
                JitModule copy =
                        straight ? module.deepcopy(new DeviceOptional(TorchTypes.toTorch(target))) : module.deepcopy();
                if (!straight) {
                    convert(copy, target, targetDtype);
                }
                ScriptModel model = new ScriptModel(copy, name, targetDtype, target, inputNames);
                keep(copy, pointers);
                return model;
            }
        });
    }

    /**
     * Where this model holds or computes in float16, a few words each: weights, constants and casts of the code. In a model
     * whose {@link #dtype()} is another each is a mistake; on a CPU it is a slow one. Takes some milliseconds.
     */
    public List<String> halfPrecision() {
        return whileOpen(() -> HalfPrecision.in(module));
    }

    /** Releases the weights, once runs in other threads are done. Closing again does nothing. */
    @Override
    public void close() {
        Lock writing = lifetime.writeLock();
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                watch.close();
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
            outputs.add(new org.bytedeco.pytorch.Tensor(value.toTensor())); // toTensor only borrows
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

    /**
     * Moves what a module's own {@code to} moves, with two differences: integers stay integers, and tensors that are plain
     * attributes move too.
     */
    private static void convert(JitModule module, Device device, Dtype dtype) {
        forEachTensor(module, tensor -> {
            ScalarType type = tensor.is_floating_point() ? TorchTypes.toTorch(dtype) : tensor.scalar_type();
            tensor.set_data(tensor.to(TorchTypes.toTorch(device), type));
        });
    }

    private static long leaveInFile(JitModule module, MappedFile file) {
        StoredTensors stored = StoredTensors.of(file);
        long[] bytes = new long[1];
        forEachTensor(module, tensor -> {
            bytes[0] += stored.replace(tensor) ? tensor.nbytes() : 0;
            file.letGo();
        });
        return bytes[0];
    }

    private static long weightBytesOf(JitModule module) {
        Set<Long> seen = new HashSet<>();
        long[] bytes = new long[1];
        forEachTensor(module, tensor -> {
            if (seen.add(tensor.data_ptr().address())) {
                bytes[0] += tensor.nbytes();
            }
        });
        return bytes[0];
    }

    private static void forEachTensor(JitModule module, Consumer<org.bytedeco.pytorch.Tensor> action) {
        try (PointerScope pointers = new PointerScope()) {
            attribute_list attributes = module.attributes(true);
            attribute_iterator end = attributes.end();
            for (attribute_iterator at = attributes.begin(); at.notEquals(end); at.increment()) {
                try (PointerScope each = new PointerScope()) {
                    IValue value = at.multiply();
                    if (value.isTensor()) {
                        org.bytedeco.pytorch.Tensor tensor = value.toTensor();
                        if (tensor.defined()) {
                            action.accept(tensor);
                        }
                    }
                }
            }
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

    /** The module outlives the pointer scope it was born in. */
    private static void keep(JitModule module, PointerScope bornIn) {
        module.retainReference();
        bornIn.detach(module);
    }
}
