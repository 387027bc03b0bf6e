package dev.facefuse.nativelib;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error from libtorch or another native library. The message is only the line of libtorch's message that gives the reason. The
 * {@linkplain #getCause() cause} has the complete message with its banner, TorchScript traceback and C++ stack frames.
 */
public final class NativeException extends RuntimeException {

    /** The kind of error, which determines what a caller can do about it. */
    public enum Kind {
        /** The device or the host is out of memory. The caller can free memory and try again. */
        OUT_OF_MEMORY,
        /** Shapes or sizes do not fit the operation: a bug in the caller. */
        SHAPE,
        /** The native libraries cannot be extracted or loaded: a problem of a folder on this machine. */
        LIBRARIES,
        /** Any other error. */
        OTHER
    }

    private static final long serialVersionUID = 1L;

    /** The last line of a TorchScript traceback: {@code RuntimeError: reason}, {@code torch.jit.Error: reason}. */
    private static final Pattern TORCH_SCRIPT_REASON =
            Pattern.compile("^(?:\\w+\\.)*\\w*(?:Error|Exception): (?<reason>\\S.*)$", Pattern.MULTILINE);

    private static final Pattern ENFORCE_PREFIX = Pattern.compile("^\\[enforce fail at [^]]*] *(?:err == 0\\. *)?");

    /**
     * The last phrase is an assertion of the CUDA allocator. When it is out of memory, it queries NVML for details to put in the
     * message, and the assertion fails if NVML does not know the device (MIG, Jetson, some containers).
     */
    private static final List<String> OUT_OF_MEMORY_PHRASES = List.of(
            "out of memory",
            "can't allocate memory",
            "cannot allocate memory",
            "not enough memory",
            "std::bad_alloc",
            "nvml_success == ");

    private static final Pattern SHAPE_PHRASES = Pattern.compile("size mismatch"
            + "|sizes? of tensors? .*must match"
            + "|shapes? cannot be multiplied|shape .* is invalid for input"
            + "|must match the (?:existing size|size of tensor)"
            + "|same number of dimensions"
            + "|expected .*\\bchannels\\b|expected .*(?:\\dd\\b|\\d-d\\b|dimension|dims\\b|shape|size)"
            + "|kernel size can't be greater|output size is too small|padding size should be"
            + "|dimension out of range|number of dims don't match|stack expects each tensor"
            + "|invalid shape|not broadcastable|incompatible .*(?:shape|size|dimension)");

    private final Kind kind;

    NativeException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns an exception of the kind {@link Kind#OUT_OF_MEMORY}, for simulated devices. */
    public static NativeException outOfMemory(String message) {
        return new NativeException(Kind.OUT_OF_MEMORY, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /** Converts the exception that JavaCPP created from a C++ exception. */
    static NativeException from(Throwable thrown) {
        String message = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
        String reason = reasonIn(message);
        return new NativeException(classify(reason), reason, thrown);
    }

    /** @param prefix the start of the message, such as the name of the model or the failed operation */
    static NativeException from(String prefix, Throwable thrown) {
        NativeException exception = from(thrown);
        return new NativeException(exception.kind(), prefix + ": " + exception.getMessage(), thrown);
    }

    /** Extracts the line that gives the reason from a message of libtorch. */
    static String reasonIn(String message) {
        Matcher torchScript = TORCH_SCRIPT_REASON.matcher(message);
        String reason = null;
        while (torchScript.find()) {
            reason = torchScript.group("reason");
        }
        if (reason == null) {
            reason = message.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("unknown error");
        }
        return ENFORCE_PREFIX.matcher(reason).replaceFirst("").strip();
    }

    static Kind classify(String reason) {
        String text = reason.toLowerCase(Locale.ROOT);
        if (OUT_OF_MEMORY_PHRASES.stream().anyMatch(text::contains)) {
            return Kind.OUT_OF_MEMORY;
        }
        return SHAPE_PHRASES.matcher(text).find() ? Kind.SHAPE : Kind.OTHER;
    }
}
