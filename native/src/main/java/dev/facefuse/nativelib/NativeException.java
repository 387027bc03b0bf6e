package dev.facefuse.nativelib;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * libtorch said no. The message is the one line of its own message that says why; the rest (a banner, TorchScript's
 * traceback, forty C++ frames) is the {@linkplain #getCause() cause}'s.
 */
public final class NativeException extends RuntimeException {

    /** What a caller may do about it. */
    public enum Kind {
        /** Memory ran out, on the device or the host: free some and try again. */
        OUT_OF_MEMORY,
        /** Shapes or sizes do not fit the operation: the caller's fault. */
        SHAPE,
        /** The native libraries cannot be extracted or loaded: a matter of the machine's folders. */
        LIBRARIES,
        /** Anything else. */
        OTHER
    }

    private static final long serialVersionUID = 1L;

    /** The line that ends a TorchScript traceback: {@code RuntimeError: why}, {@code torch.jit.Error: why}. */
    private static final Pattern TORCH_SCRIPT_REASON =
            Pattern.compile("^(?:\\w+\\.)*\\w*(?:Error|Exception): (?<reason>\\S.*)$", Pattern.MULTILINE);

    private static final Pattern ENFORCE_PREFIX = Pattern.compile("^\\[enforce fail at [^]]*] *(?:err == 0\\. *)?");

    /**
     * The last is an assertion of the CUDA allocator's, which asks NVML about the card only to word the message that memory ran
     * out, and fails where NVML does not know the card (MIG, Jetson, some containers).
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

    /** Memory ran out: for devices that are not libtorch's own. */
    public static NativeException outOfMemory(String message) {
        return new NativeException(Kind.OUT_OF_MEMORY, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /** Reads what JavaCPP made of a C++ exception. */
    static NativeException from(Throwable thrown) {
        String message = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
        String reason = reasonIn(message);
        return new NativeException(classify(reason), reason, thrown);
    }

    static NativeException from(String doing, Throwable thrown) {
        NativeException exception = from(thrown);
        return new NativeException(exception.kind(), doing + ": " + exception.getMessage(), thrown);
    }

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
