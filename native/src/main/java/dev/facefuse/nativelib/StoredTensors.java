package dev.facefuse.nativelib;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.PyTorchStreamReader;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The tensors of a TorchScript file as they lie in it: its archive does not compress them. Which is which is told by their
 * contents, so that nothing depends on how the file names them.
 */
@SuppressWarnings("try") // pointer scopes work by being open
final class StoredTensors {
    private static final String FOLDER = "data/";

    /** Smaller ones are not worth a page of their own. */
    private static final long LEAST_BYTES = 4096;

    private final MappedFile file;
    private final Map<Long, List<Long>> offsetsBySize;

    private StoredTensors(MappedFile file, Map<Long, List<Long>> offsetsBySize) {
        this.file = file;
        this.offsetsBySize = offsetsBySize;
    }

    /** The stored tensors of a file that libtorch can read, found in its mapping. */
    static StoredTensors of(MappedFile file) {
        Pointer stream = ProcessNative.openMappedStream(file.pointer(), file.size());
        try {
            return new StoredTensors(file, offsets(stream));
        } finally {
            ProcessNative.closeMemoryStream(stream);
        }
    }

    private static Map<Long, List<Long>> offsets(Pointer stream) {
        Map<Long, List<Long>> offsets = new HashMap<>();
        try (PointerScope pointers = new PointerScope();
                PyTorchStreamReader reader = new PyTorchStreamReader(stream)) {
            StringVector records = reader.getAllRecords();
            for (long i = 0; i < records.size(); i++) {
                String record = records.get(i).getString();
                long size = record.startsWith(FOLDER) ? reader.getRecordSize(record) : 0;
                if (size >= LEAST_BYTES) {
                    offsets.computeIfAbsent(size, unused -> new ArrayList<>()).add(reader.getRecordOffset(record));
                }
            }
        }
        return offsets;
    }

    /**
     * Lets a tensor of the host be what the file has, instead of a copy of it.
     *
     * @return whether the file has it, byte for byte
     */
    boolean replace(Tensor tensor) {
        long size = tensor.nbytes();
        List<Long> offsets = offsetsBySize.getOrDefault(size, List.of());
        if (offsets.isEmpty() || tensor.storage().nbytes() != size) {
            return false;
        }
        for (long offset : offsets) {
            BytePointer stored = file.at(offset, size);
            if (ProcessNative.sameBytes(tensor.data_ptr(), stored, size)) {
                tensor.set_data(torch.from_blob(stored, tensor.sizes(), tensor.strides(), tensor.options()));
                return true;
            }
        }
        return false;
    }
}
