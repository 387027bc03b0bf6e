package dev.facefuse.nativelib;

import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Converts {@link Device} and {@link Dtype} to libtorch's types and back. */
final class TorchTypes {

    private TorchTypes() {}

    /** Returns a new pointer; the caller's {@code PointerScope} must free it. */
    static org.bytedeco.pytorch.Device toTorch(Device device) {
        return device.isCuda()
                ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.index())
                : new org.bytedeco.pytorch.Device(DeviceType.CPU);
    }

    static Device fromTorch(org.bytedeco.pytorch.Device device) {
        if (device.is_cuda()) {
            return Device.cuda(Math.max(0, device.index()));
        }
        if (device.is_cpu()) {
            return Device.CPU;
        }
        throw new NativeException(NativeException.Kind.OTHER, "Unexpected tensor device", null);
    }

    static ScalarType toTorch(Dtype dtype) {
        return switch (dtype) {
            case FLOAT32 -> ScalarType.Float;
            case FLOAT16 -> ScalarType.Half;
            case BFLOAT16 -> ScalarType.BFloat16;
            case FLOAT64 -> ScalarType.Double;
            case INT64 -> ScalarType.Long;
            case INT32 -> ScalarType.Int;
            case INT16 -> ScalarType.Short;
            case INT8 -> ScalarType.Char;
            case UINT8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
        };
    }

    static Dtype fromTorch(ScalarType type) {
        for (Dtype dtype : Dtype.values()) {
            if (toTorch(dtype).value == type.value) {
                return dtype;
            }
        }
        throw new NativeException(NativeException.Kind.OTHER, "Unexpected tensor type: " + type, null);
    }
}
