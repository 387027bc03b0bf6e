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
 * Finds the tensors of a loaded module in the mapped TorchScript file. The file's archive stores them uncompressed, so that a tensor
 * can use the mapped bytes. Tensors are identified by their contents, so the names in the archive do not matter.
 */
@SuppressWarnings("try") // pointer scopes act while they are open
final class MappedTensors {
    private static final String TENSOR_FOLDER = "data/";

    /** Smaller tensors do not even fill a page of memory. */
    private static final long MIN_BYTES = 4096;

    private final MappedFile file;
    private final Map<Long, List<Long>> offsetsBySize;

    private MappedTensors(MappedFile file, Map<Long, List<Long>> offsetsBySize) {
        this.file = file;
        this.offsetsBySize = offsetsBySize;
    }

    /** Reads the archive's directory. */
    static MappedTensors of(MappedFile file) {
        Pointer stream = ProcessNative.openMappedStream(file.pointer(), file.size());
        try {
            return new MappedTensors(file, offsets(stream));
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
                long size = record.startsWith(TENSOR_FOLDER) ? reader.getRecordSize(record) : 0;
                if (size >= MIN_BYTES) {
                    offsets.computeIfAbsent(size, unused -> new ArrayList<>()).add(reader.getRecordOffset(record));
                }
            }
        }
        return offsets;
    }

    /**
     * Makes a host tensor use the mapped bytes instead of its own copy of them.
     *
     * @return whether the file contains exactly these bytes
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
